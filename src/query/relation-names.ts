// The names of tables and fields → which tables a field may point to, by name alone, the best matches first.

import type { Table } from '../table/table.ts';

/**
 * How a plural ends, and its singular instead: English and French, no irregular words. Both names are tried in every
 * form, so that it does not matter which of them is the plural.
 */
export const PLURALS: readonly (readonly [plural: string, singular: string])[] = [
  ['s', ''],
  ['es', ''],
  ['ies', 'y'],
  ['x', ''],
  ['aux', 'al'],
];
/** A singular has at least so many letters: `as` is no plural. */
const SHORTEST = 2;

/** A field that may hold keys of other tables. */
export type Pointer = Readonly<{
  column: number;
  /** Whether the name ends in `_id` (or `Id`): such a name alone says that it points somewhere. */
  isMarked: boolean;
  /** Tables by rank: those named just so, in another number, by their part before the first `_`; nearest folder first. */
  ranks: readonly (readonly string[])[];
}>;

/** Every table under the words that a field may call it by. Made once for each moment. */
export type NameIndex = Readonly<{
  /** The pointers of each table that has any, in column order. */
  pointers: ReadonlyMap<string, readonly Pointer[]>;
  /** The tables with pointers to a table, in order of name. */
  pointing: ReadonlyMap<string, readonly string[]>;
}>;

/** Tables between two pauses. */
const SLICE = 64;

type Named = Readonly<{ table: string; word: string; isWhole: boolean }>;

/** Indexes names: time grows with the number of tables and fields, not with their pairs. */
export function* indexNames(tables: ReadonlyMap<string, Table>): Generator<void, NameIndex> {
  const byForm = new Map<string, Named[]>();
  let done = 0;
  for (const [table, { key }] of tables) {
    if (key.mode === 'field') addForms(byForm, table);
    if (++done % SLICE === 0) yield;
  }
  const pointers = new Map<string, readonly Pointer[]>();
  const pointing = new Map<string, string[]>();
  const meanings = new Map<string, Meaning | null>();
  for (const [table, { schema }] of tables) {
    const { folder } = partsOf(table);
    const found = schema.fields.flatMap(({ name }, column) => {
      const key = `${folder}\0${name}`;
      const known = meanings.get(key);
      const meaning = known === undefined ? meaningOf(byForm, folder, name) : known;
      meanings.set(key, meaning);
      return meaning === null ? [] : { column, ...meaning };
    });
    if (found.length > 0) pointers.set(table, found);
    for (const target of new Set(found.flatMap(({ ranks }) => ranks.flat())))
      listAt(pointing, target).push(table);
    if (++done % SLICE === 0) yield;
  }
  return { pointers, pointing };
}

/** What a field's name means in a folder. */
type Meaning = Omit<Pointer, 'column'>;

function meaningOf(
  byForm: ReadonlyMap<string, readonly Named[]>,
  folder: string,
  field: string,
): Meaning | null {
  const marked = markedWord(field);
  const word = (marked ?? field).toLowerCase();
  const forms = formsOf(word);
  const ranks = [...new Set([folder, ''])].flatMap((place) => {
    const named = forms.flatMap((form) => byForm.get(`${place}\0${form}`) ?? []);
    const exact = named.filter((each) => each.isWhole && each.word === word);
    const whole = named.filter((each) => each.isWhole && each.word !== word);
    return [exact, whole, named.filter(({ isWhole }) => !isWhole)].map(namesOf);
  });
  const filled = ranks.filter((rank) => rank.length > 0);
  return filled.length === 0 ? null : { isMarked: marked !== undefined, ranks: filled };
}

/** What stands in front of `_id`, in any case, or of `Id` and `ID` behind a small letter or digit. */
export function markedWord(field: string): string | undefined {
  return (/^(.+)_id$/iu.exec(field) ?? /^(.*[\p{Ll}\d])I[dD]$/u.exec(field))?.[1];
}

function namesOf(named: readonly Named[]): readonly string[] {
  return [...new Set(named.map(({ table }) => table))];
}

/** Case does not count in names. */
function addForms(byForm: Map<string, Named[]>, table: string): void {
  const { folder, base } = partsOf(table);
  const word = base.toLowerCase();
  const head = word.slice(0, Math.max(0, word.indexOf('_')));
  for (const form of formsOf(word)) listAt(byForm, `${folder}\0${form}`).push({ table, word, isWhole: true });
  if (head === '') return;
  for (const form of formsOf(head))
    listAt(byForm, `${folder}\0${form}`).push({ table, word: head, isWhole: false });
}

/** A table's name is that of its file behind those of its folders, with dots between. */
function partsOf(table: string): { folder: string; base: string } {
  const at = table.lastIndexOf('.');
  return { folder: table.slice(0, Math.max(0, at)), base: table.slice(at + 1) };
}

/** A word in lower case, and each word that it may be the plural of. */
function formsOf(word: string): readonly string[] {
  const singulars = PLURALS.filter(([plural]) => word.endsWith(plural)).map(
    ([plural, singular]) => word.slice(0, word.length - plural.length) + singular,
  );
  return [...new Set([word, ...singulars.filter(({ length }) => length >= SHORTEST)])];
}

function listAt<T>(lists: Map<string, T[]>, key: string): T[] {
  const known = lists.get(key);
  if (known !== undefined) return known;
  const list: T[] = [];
  lists.set(key, list);
  return list;
}
