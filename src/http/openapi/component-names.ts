// Table names → names that components may have (`^[a-zA-Z0-9._-]+$`), all different.

/**
 * @param names the tables' names
 * @param taken names that other components have already
 * @returns a component name for each table; tables whose own name will do keep it
 */
export function componentNames(
  names: readonly string[],
  taken: Iterable<string>,
): ReadonlyMap<string, string> {
  const used = new Set(taken);
  const chosen = new Map<string, string>();
  const isOwn = (name: string) => wordOf(name) === name;
  for (const name of [...names.filter(isOwn), ...names.filter((name) => !isOwn(name))]) {
    const word = wordOf(name);
    let component = word;
    for (let n = 2; used.has(component); n++) component = `${word}_${n}`;
    used.add(component);
    chosen.set(name, component);
  }
  return chosen;
}

function wordOf(name: string): string {
  const word = name
    .normalize('NFD')
    .replaceAll(/\p{M}+/gu, '')
    .replaceAll(/[^a-zA-Z0-9._-]+/g, '_');
  // Whoever reads the document may keep components in a plain object: not `constructor`, not `__proto__`.
  return word in Object.prototype ? `${word}_row` : word;
}
