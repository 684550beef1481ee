// The registry of controls: parameters that say how rows are answered, not which ones match.

/**
 * What a control's text is: a `count` from 0, a `position` from 1, a `list` of names (commas, or a JSON array), one
 * `name`, any `text`, a `tree` of conditions as JSON, or one of some `choice`s.
 */
export type ControlKind = 'count' | 'position' | 'list' | 'name' | 'text' | 'tree' | 'choice';

/** The representations that `_format` names. */
export const FORMATS = ['json', 'ndjson', 'csv', 'html'] as const;
export type FormatName = (typeof FORMATS)[number];

type ControlDefinition = Readonly<{
  name: string;
  /** The member of the body of `POST _search` that says the same, where there is one. */
  member?: string;
  kind: ControlKind;
  /** In words that follow the name, for error messages and documentation. */
  describes: string;
  /** Which texts it takes, in words. */
  range: string;
  example: string;
  /** The only texts that it takes. */
  choices?: readonly string[];
}>;

const DEFINITIONS = [
  {
    name: '_limit',
    member: 'limit',
    kind: 'count',
    describes: 'answers at most so many rows; all of them without it',
    range: 'a whole number from 0',
    example: '20',
  },
  {
    name: '_offset',
    member: 'offset',
    kind: 'count',
    describes: 'leaves out so many rows at the beginning',
    range: 'a whole number from 0',
    example: '0',
  },
  {
    name: '_page',
    kind: 'position',
    describes: 'answers one page of `_per_page` rows, counted from 1',
    range: 'a whole number from 1',
    example: '1',
  },
  {
    name: '_per_page',
    kind: 'position',
    describes: 'is how many rows a page has: 10 without it',
    range: 'a whole number from 1',
    example: '10',
  },
  {
    name: '_cursor',
    kind: 'text',
    describes:
      'answers the rows after those of an earlier answer: empty at first, then as the `next` link has it',
    range: 'empty, or what a link of an earlier answer holds',
    example: '',
  },
  {
    name: '_sort',
    member: 'sort',
    kind: 'list',
    describes:
      'orders the rows by fields, from the least, with a minus sign from the greatest; nulls come last',
    range: 'a list of fields, each with or without a minus sign',
    example: 'id',
  },
  {
    name: '_collate',
    member: 'collate',
    kind: 'text',
    describes: 'orders text as a language does, not by code point',
    range: 'the tag of a language (BCP 47)',
    example: 'en',
  },
  {
    name: '_fields',
    member: 'fields',
    kind: 'list',
    describes: 'answers these fields only',
    range: 'a list of fields',
    example: 'id',
  },
  {
    name: '_q',
    member: 'q',
    kind: 'text',
    describes: 'answers rows whose text fields hold all of its words, whatever their case and accents',
    range: 'any text',
    example: 'word',
  },
  {
    name: '_where',
    member: 'where',
    kind: 'tree',
    describes: 'answers rows that satisfy a tree of conditions',
    range: 'a JSON object: members are fields, or `and`, `or`, `not`',
    example: '{"or":[{"id":{"gt":1}},{"not":{"id":1}}]}',
  },
  {
    name: '_distinct',
    member: 'distinct',
    kind: 'name',
    describes: 'answers one row for each different value of a field, the first in their order',
    range: 'a field',
    example: 'id',
  },
  {
    name: '_embed',
    member: 'embed',
    kind: 'list',
    describes: 'puts related rows into each row',
    range: 'a list of relations',
    example: 'parent',
  },
  {
    name: '_facet',
    kind: 'list',
    describes: 'answers the values of fields with how many rows have each, instead of rows',
    range: 'a list of fields',
    example: 'id',
  },
  {
    name: '_stats',
    kind: 'list',
    describes: 'answers statistics of fields, instead of rows',
    range: 'a list of fields',
    example: 'id',
  },
  {
    name: '_group',
    kind: 'list',
    describes: 'answers one result for each combination of values of fields, instead of rows',
    range: 'a list of fields',
    example: 'id',
  },
  {
    name: '_agg',
    kind: 'list',
    describes: 'is what each result of `_group` holds: `count()` without it',
    range:
      'a list of count(), count(field), sum(field), mean(field), min(field), max(field), distinct(field)',
    example: 'count()',
  },
  {
    name: '_having',
    kind: 'tree',
    describes: 'answers results of `_group` that satisfy a tree of conditions on what they hold',
    range: 'a JSON object like that of `_where`, over the names in the results',
    example: '{"count()":{"gt":1}}',
  },
  {
    name: '_types',
    kind: 'choice',
    describes: 'answers every cell as it stands in the file',
    range: '`string`',
    example: 'string',
    choices: ['string'],
  },
  {
    name: '_format',
    kind: 'choice',
    describes: 'names the representation, whatever `Accept` says',
    range: 'one of json, ndjson, csv, html',
    example: 'json',
    choices: FORMATS,
  },
  {
    name: '_safe',
    kind: 'choice',
    describes: 'keeps spreadsheets from taking cells of a CSV answer for formulas',
    range: '`1`',
    example: '1',
    choices: ['1'],
  },
] as const satisfies readonly ControlDefinition[];

export type ControlName = (typeof DEFINITIONS)[number]['name'];
export type Control = ControlDefinition & { readonly name: ControlName };

/** Every control. Parser, documentation and tests derive from this list. */
export const CONTROLS: readonly Control[] = DEFINITIONS;

const byName = new Map<string, Control>(CONTROLS.map((control) => [control.name, control]));

/** The control of a name, if there is one. */
export function controlOf(name: string): Control | undefined {
  return byName.get(name);
}
