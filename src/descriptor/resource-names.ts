// The names of tables → names of resources: lower case, fit for URLs, each once.

/** Names in the order of the tables. A name that many tables come to has a number behind it. */
export function resourceNames(tables: Iterable<string>): ReadonlyMap<string, string> {
  const taken = new Set<string>();
  const names = new Map<string, string>();
  for (const table of tables) {
    const plain = slugOf(table);
    let name = plain;
    for (let n = 2; taken.has(name); n++) name = `${plain}-${n}`;
    taken.add(name);
    names.set(table, name);
  }
  return names;
}

/** Letters without accents in lower case, digits, dots, underscores and hyphens. */
export function slugOf(text: string): string {
  const slug = text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9._]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '');
  return slug === '' ? 'table' : slug;
}
