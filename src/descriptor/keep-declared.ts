// A Data Package as found, and the one that a person wrote → one that says all of the second, and the rest of the first.

/** An object of JSON. */
export type Json = Readonly<{ [member: string]: unknown }>;

/** A package, its members as they are. */
export type Package = Json & Readonly<{ resources: readonly Json[] }>;

/** So many bytes there were, whatever was written. */
const ALWAYS_FOUND = ['bytes'];

/**
 * Resources are those of one path. One that was found and not written comes at the end; one that was written and not
 * found stays as it is.
 * @param pathOf the file of a written resource, relative to the folder and in NFC; null for one that is no file of the folder
 */
export function keepDeclared(
  found: Package,
  written: Package,
  pathOf: (resource: Json) => string | null,
): Package {
  const byPath = new Map(found.resources.map((resource) => [inNfc(resource.path), resource]));
  const names = new Map<unknown, unknown>();
  const taken = new Set(written.resources.map(({ name }) => name));
  const kept = written.resources.map((resource) => {
    const path = pathOf(resource);
    const own = path === null ? undefined : byPath.get(path);
    if (own === undefined) return resource;
    byPath.delete(inNfc(own.path));
    if (resource.name !== undefined) names.set(own.name, resource.name);
    return mergeResource(own, resource);
  });
  const added = [...byPath.values()].map((resource) => {
    const name = freeName(String(resource.name), taken);
    names.set(resource.name, name);
    return { ...resource, name };
  });
  const isWritten = new Set<unknown>(written.resources.map(({ schema }) => foreignKeysOf(schema)));
  const resources = [...kept, ...added].map((resource) => renameReferences(resource, names, isWritten));
  const { $schema, ...others } = found;
  // A package of version 1 says so by its profile.
  return { ...(written.profile === undefined ? { $schema } : {}), ...others, ...written, resources };
}

function mergeResource(found: Json, written: Json): Json {
  const always = ALWAYS_FOUND.filter((member) => found[member] !== undefined);
  return {
    ...found,
    ...written,
    ...Object.fromEntries(always.map((member) => [member, found[member]])),
    ...(isJson(found.dialect) && isJson(written.dialect)
      ? { dialect: { ...found.dialect, ...written.dialect } }
      : {}),
    ...(isJson(found.schema) && isJson(written.schema)
      ? { schema: mergeSchema(found.schema, written.schema) }
      : {}),
  };
}

function mergeSchema(found: Json, written: Json): Json {
  const all = { ...found, ...written };
  if (!Array.isArray(written.fields)) return all;
  const declared = written.fields as readonly Json[];
  const names = (found.fields as readonly Json[]).map(({ name }) => name);
  const byName = new Map((found.fields as readonly Json[]).map((field) => [field.name, field]));
  const fields = declared.map((field) => {
    const own = byName.get(field.name);
    byName.delete(field.name);
    // A type that was written is meant with all that stands beside it, and nothing else.
    return own === undefined || field.type !== undefined ? field : { ...own, ...field };
  });
  const merged = [...fields, ...byName.values()];
  const isAsFile = byName.size > 0 && merged.length === names.length;
  return {
    ...all,
    fields: isAsFile ? merged.sort((a, b) => names.indexOf(a.name) - names.indexOf(b.name)) : merged,
  };
}

function freeName(wanted: string, taken: Set<unknown>): string {
  let name = wanted;
  for (let n = 2; taken.has(name); n++) name = `${wanted}-${n}`;
  taken.add(name);
  return name;
}

/** What was found names resources as they were called there; what was written is right already. */
function renameReferences(
  resource: Json,
  names: ReadonlyMap<unknown, unknown>,
  isWritten: ReadonlySet<unknown>,
): Json {
  const keys = foreignKeysOf(resource.schema);
  if (!Array.isArray(keys) || isWritten.has(keys)) return resource;
  const foreignKeys = (keys as readonly { reference: Json }[]).map((key) => {
    const { resource: target } = key.reference;
    return { ...key, reference: { ...key.reference, resource: names.get(target) ?? target } };
  });
  return { ...resource, schema: { ...(resource.schema as Json), foreignKeys } };
}

function foreignKeysOf(schema: unknown): unknown {
  return isJson(schema) ? schema.foreignKeys : undefined;
}

function inNfc(path: unknown): string {
  return String(path).normalize('NFC');
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
