// An OpenAPI document → its text in JSON or YAML, written part by part so that nothing else has to wait for it.
import { setImmediate as turn } from 'node:timers/promises';
import { stringify } from 'yaml';

/** How a document is written: one member of an object at a time, and how members become an object again. */
type Syntax = Readonly<{
  member: (name: string, value: unknown) => string;
  object: (members: readonly string[]) => string;
  /** A member whose value is written already. */
  nested: (name: string, members: readonly string[]) => string;
}>;

/** For how long parts are written before others get their turn, in ms. */
const SLICE = 5;
/** The objects whose members are written one by one: there is one for each table. */
const SPLIT: readonly string[] = ['paths', 'components', 'components.schemas'];

const JSON_SYNTAX: Syntax = {
  member: (name, value) => `${JSON.stringify(name)}:${JSON.stringify(value)}`,
  object: (members) => `{${members.join(',')}}`,
  nested: (name, members) => `${JSON.stringify(name)}:{${members.join(',')}}`,
};

const YAML_SYNTAX: Syntax = {
  // Shared parts are written out: aliases are nothing that a reader of OpenAPI expects.
  member: (name, value) =>
    stringify(Object.fromEntries([[name, value]]), { aliasDuplicateObjects: false, lineWidth: 0 }),
  object: (members) => members.join(''),
  nested: (name, members) =>
    members.length === 0 ? `${name}: {}\n` : `${name}:\n${members.join('').replaceAll(/^(?=.)/gm, '  ')}`,
};

/** Writes a document as JSON, without blanks. */
export const jsonText = writer(JSON_SYNTAX);
/** Writes a document as YAML 1.2, in blocks. */
export const yamlText = writer(YAML_SYNTAX);

function writer(syntax: Syntax): (document: object) => Promise<string> {
  // A table's part of the document is one object per version: its text is made once.
  const written = new WeakMap<object, Readonly<{ name: string; text: string }>>();
  let began = performance.now();

  const writeMember = async (name: string, value: unknown): Promise<string> => {
    if (typeof value !== 'object' || value === null) return syntax.member(name, value);
    const known = written.get(value);
    if (known?.name === name) return known.text;
    if (performance.now() - began > SLICE) {
      await turn();
      began = performance.now();
    }
    const text = syntax.member(name, value);
    written.set(value, { name, text });
    return text;
  };
  const writeMembers = async (object: object, place: string): Promise<string[]> => {
    const members: string[] = [];
    for (const [name, value] of Object.entries(object)) {
      const path = `${place}${name}`;
      if (SPLIT.includes(path)) members.push(syntax.nested(name, await writeMembers(value, `${path}.`)));
      else members.push(await writeMember(name, value));
    }
    return members;
  };
  return async (document) => syntax.object(await writeMembers(document, ''));
}
