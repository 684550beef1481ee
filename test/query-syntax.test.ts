// What a query may say, what it then means, and what is answered when it says something else.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Fault } from '../src/problem.ts';
import { CONTROL_ALIASES, OPERATOR_ALIASES } from '../src/query/aliases.ts';
import { formatPlan } from '../src/query/canonical.ts';
import { CONTROLS } from '../src/query/controls.ts';
import { OPERATORS, operandExample, operatorsOf } from '../src/query/operators.ts';
import {
  EVERYTHING,
  type Plan,
  type Planned,
  planRequest,
  planSearch,
  planWhere,
} from '../src/query/plan.ts';
import { formatRequest, parseRequest } from '../src/query/request.ts';
import { SEARCH_MEMBERS } from '../src/query/search.ts';
import { FIELD_TYPES } from '../src/table/field-types.ts';
import type { FieldType, Schema } from '../src/table/schema.ts';

function schemaOf(...fields: readonly (readonly [name: string, type: FieldType])[]): Schema {
  return { fields: fields.map(([name, type]) => ({ name, type, reason: 'given' })), primaryKey: [] };
}

const SCHEMA = schemaOf(
  ['id', 'integer'],
  ['price', 'number'],
  ['open', 'boolean'],
  ['day', 'date'],
  ['at', 'datetime'],
  ['name', 'string'],
);
const [ID, PRICE, OPEN, , , NAME] = [0, 1, 2, 3, 4, 5];
const CONTEXT = { embeds: ['owner', 'parts'] };

/** Fields whose names are taken, or look like something else. */
const ODD = schemaOf(
  ['_limit', 'integer'],
  ['_sort', 'string'],
  ['_sort__eq', 'string'],
  ['q', 'string'],
  ['_start', 'integer'],
  ['a', 'integer'],
  ['a__gt', 'integer'],
  ['a_gte', 'integer'],
  ['-a', 'integer'],
  ['or', 'string'],
  ['and', 'integer'],
  ['not', 'boolean'],
  ['field', 'string'],
  ['eq', 'string'],
  ['__proto__', 'string'],
  ['x,y', 'string'],
  ['[z', 'string'],
  ['a/b~c', 'integer'],
);

function plannedFrom(query: string, schema = SCHEMA): Planned {
  const parsed = parseRequest(query);
  if (parsed.kind === 'problem') throw new Error(parsed.problem.detail);
  return planRequest(parsed.request, schema, CONTEXT);
}

function planOf(query: string, schema = SCHEMA): Plan {
  const planned = plannedFrom(query, schema);
  if (planned.kind === 'problem') throw new Error(JSON.stringify(planned.problem.errors));
  return planned.plan;
}

function faultsOf(planned: Planned | ReturnType<typeof planWhere>): readonly Fault[] {
  return planned.kind === 'problem' ? (planned.problem.errors ?? []) : [];
}

const where = (tree: unknown) => `_where=${encodeURIComponent(JSON.stringify(tree))}`;
const compare = (column: number, operator: string, ...operands: unknown[]) => ({
  kind: 'compare',
  column,
  operator,
  operands,
});
const and = (...parts: unknown[]) => ({ kind: 'and', parts });
const or = (...parts: unknown[]) => ({ kind: 'or', parts });
const not = (part: unknown) => ({ kind: 'not', part });
const NEVER = or();

describe('conditions', () => {
  const cases: [query: string, where: unknown][] = [
    ['', null],
    ['id=1', compare(ID, 'eq', 1)],
    ['id__eq=1', compare(ID, 'eq', 1)],
    ['id=1&id=2', compare(ID, 'eq', 1, 2)],
    ['id=1&id__eq=2', and(compare(ID, 'eq', 1), compare(ID, 'eq', 2))],
    ['id__ne=1&id__ne=2', compare(ID, 'ne', 1, 2)],
    ['id__in=2,1,2', compare(ID, 'eq', 1, 2)],
    ['id__in=[1,2]', compare(ID, 'eq', 1, 2)],
    ['id__in=[]', NEVER],
    ['id__nin=[]', null],
    ['id__nin=3', compare(ID, 'ne', 3)],
    ['id__gt=-5', compare(ID, 'gt', -5)],
    ['id__gt=1&id__gt=2', or(compare(ID, 'gt', 1), compare(ID, 'gt', 2))],
    ['id__between=1,5', compare(ID, 'between', 1, 5)],
    ['id__between=[1,5]', compare(ID, 'between', 1, 5)],
    ['id__between=5,5', compare(ID, 'eq', 5)],
    ['price=-0', compare(PRICE, 'eq', 0)],
    ['price=1.50', compare(PRICE, 'eq', 1.5)],
    ['price=1.5e%2B300', compare(PRICE, 'eq', 1.5e300)],
    ['open=true', compare(OPEN, 'eq', true)],
    ['open__in=true,false', compare(OPEN, 'eq', false, true)],
    ['day__gte=2024-02-29', compare(3, 'gte', '2024-02-29')],
    ['at__lt=2024-02-29T12:30:00Z', compare(4, 'lt', '2024-02-29T12:30:00Z')],
    ['name=', compare(NAME, 'eq', '')],
    ['name', compare(NAME, 'eq', '')],
    ['name=a+b%20c%2B', compare(NAME, 'eq', 'a b c+')],
    ['name__in=', compare(NAME, 'eq', '')],
    ['name__in=a,,b', compare(NAME, 'eq', '', 'a', 'b')],
    ['name__in=["a,b","c"]', compare(NAME, 'eq', 'a,b', 'c')],
    ['name__contains=a,b', compare(NAME, 'contains', 'a,b')],
    ['name__ilike=%25a\\%25', compare(NAME, 'ilike', '%a\\%')],
    ['name__like=a%25&name__like=b%25', or(compare(NAME, 'like', 'a%'), compare(NAME, 'like', 'b%'))],
    ['name__isnull=true', compare(NAME, 'isnull', true)],
    ['id__isnull=false', compare(ID, 'isnull', false)],
    ['name=a&id=1', and(compare(ID, 'eq', 1), compare(NAME, 'eq', 'a'))],
    [where({}), null],
    [where({ id: 1 }), compare(ID, 'eq', 1)],
    [where({ id: '1' }), compare(ID, 'eq', 1)],
    [where({ id: null }), compare(ID, 'isnull', true)],
    [where({ id: { gt: 1, lt: 5 } }), and(compare(ID, 'gt', 1), compare(ID, 'lt', 5))],
    [where({ price: { gt: -1263391333769455.2 } }), compare(PRICE, 'gt', -1263391333769455.2)],
    [where({ id: { in: [1, '2'] }, open: false }), and(compare(ID, 'eq', 1, 2), compare(OPEN, 'eq', false))],
    [where({ or: [{ id: 1 }, { id: { in: [2, 3] } }] }), compare(ID, 'eq', 1, 2, 3)],
    [where({ or: [{ id: 1 }, { name: 'a' }] }), or(compare(ID, 'eq', 1), compare(NAME, 'eq', 'a'))],
    [where({ or: [] }), NEVER],
    [where({ and: [] }), null],
    [where({ not: {} }), NEVER],
    [where({ not: { or: [] } }), null],
    [where({ not: { id: 1 } }), compare(ID, 'ne', 1)],
    [where({ not: { not: { id: { gt: 1 } } } }), compare(ID, 'gt', 1)],
    [where({ not: { id: { gt: 1 } } }), not(compare(ID, 'gt', 1))],
    [where({ not: { id: null } }), compare(ID, 'isnull', false)],
    [where({ and: [{ id: { ne: 1 } }, { id: { nin: [2] } }] }), compare(ID, 'ne', 1, 2)],
    [
      where({ and: [{ and: [{ id: 1 }] }, { or: [{ open: true }] }] }),
      and(compare(ID, 'eq', 1), compare(OPEN, 'eq', true)),
    ],
    [where({ field: 'id', gte: 3 }), compare(ID, 'gte', 3)],
    [where({ or: [{ id: 1 }, {}] }), null],
  ];
  test.for(cases)('%s', ([query, expected]) => expect(planOf(query).where).toEqual(expected));

  const odd: [query: string, column: string, operator: string, operand: unknown][] = [
    ['_limit__eq=1', '_limit', 'eq', 1],
    ['_sort__eq=a', '_sort__eq', 'eq', 'a'],
    ['q=a', 'q', 'eq', 'a'],
    ['_start=1', '_start', 'eq', 1],
    ['a__gt=1', 'a__gt', 'eq', 1],
    ['a__gt__gt=1', 'a__gt', 'gt', 1],
    ['a_gte=1', 'a_gte', 'eq', 1],
    ['a_gte_gte=1', 'a_gte', 'gte', 1],
    ['a_lte=1', 'a', 'lte', 1],
    ['__proto__=a', '__proto__', 'eq', 'a'],
    ['__proto____contains=a', '__proto__', 'contains', 'a'],
    ['_where={"__proto__":{"contains":"a"}}', '__proto__', 'contains', 'a'],
    ['_where={"__proto__":"a"}', '__proto__', 'eq', 'a'],
    ['x,y=a', 'x,y', 'eq', 'a'],
    [where({ field: 'or', eq: 'a' }), 'or', 'eq', 'a'],
    [where({ field: 'not', isnull: true }), 'not', 'isnull', true],
    [where({ field: 'field', eq: 'a' }), 'field', 'eq', 'a'],
    [where({ field: 'a' }), 'field', 'eq', 'a'],
    [where({ field: { eq: 'a' } }), 'field', 'eq', 'a'],
    [where({ _sort: 'a' }), '_sort', 'eq', 'a'],
  ];
  test.for(odd)('%s is %s %s %s', ([query, name, operator, operand]) => {
    const column = ODD.fields.findIndex((field) => field.name === name);
    expect(planOf(query, ODD).where).toEqual(compare(column, operator, operand));
  });
});

describe('controls', () => {
  const offset = { kind: 'offset' };
  const cases: [query: string, plan: object][] = [
    ['_limit=5&_offset=10', { limit: 5, offset: 10, paging: offset }],
    ['_limit=0', { limit: 0, offset: 0, paging: offset }],
    ['_offset=0', { limit: null, offset: 0, paging: { kind: 'none' } }],
    ['_page=3', { limit: 10, offset: 20, paging: { kind: 'page', page: 3 } }],
    ['_page=3&_per_page=5', { limit: 5, offset: 10, paging: { kind: 'page', page: 3 } }],
    ['_page=2&_limit=7', { limit: 7, offset: 7, paging: { kind: 'page', page: 2 } }],
    ['_per_page=5', { limit: 5, offset: 0, paging: { kind: 'page', page: 1 } }],
    ['_cursor=', { limit: null, offset: 0, paging: { kind: 'cursor', cursor: '' } }],
    ['_cursor=abc&_limit=5', { limit: 5, paging: { kind: 'cursor', cursor: 'abc' } }],
    ['_cursor=abc&_per_page=5', { limit: 5, paging: { kind: 'cursor', cursor: 'abc' } }],
    [
      '_sort=-id,name',
      {
        sort: [
          { column: ID, isDescending: true },
          { column: NAME, isDescending: false },
        ],
      },
    ],
    ['_sort=["-id"]', { sort: [{ column: ID, isDescending: true }] }],
    [
      '_sort=id,name&_order=desc,ASC',
      {
        sort: [
          { column: ID, isDescending: true },
          { column: NAME, isDescending: false },
        ],
      },
    ],
    [
      '_sort=id,name&_order=desc',
      {
        sort: [
          { column: ID, isDescending: true },
          { column: NAME, isDescending: false },
        ],
      },
    ],
    ['_sort=name&_collate=de-DE-u-co-phonebk', { collate: 'de-DE-u-co-phonebk' }],
    ['_sort=name&_collate=FR', { collate: 'fr' }],
    ['_sort=id&_collate=fr', { collate: null }],
    ['_fields=name,id', { fields: [ID, NAME] }],
    ['_fields=id,price,open,day,at,name', { fields: null }],
    ['_q=Été  de', { search: ['de', 'ete'] }],
    ['_q=rose+Roses', { search: ['roses'] }],
    ['_q=', { search: [] }],
    ['_distinct=name', { distinct: NAME }],
    ['_embed=parts,owner', { embeds: ['owner', 'parts'] }],
    ['_types=string&_safe=1&_format=csv', { isPhysical: true, isSafe: true, format: 'csv' }],
    ['_facet=id&_limit=3&_offset=3', { limit: 3, offset: 3 }],
    ['_facet=name,id&_limit=3', { summary: { kind: 'facet', columns: [NAME, ID] }, limit: 3 }],
    ['_stats=id&name=a', { summary: { kind: 'stats', columns: [ID] }, where: compare(NAME, 'eq', 'a') }],
    [
      '_group=name',
      {
        summary: {
          kind: 'group',
          by: [NAME],
          aggregates: [{ fn: 'count', column: null, name: 'count()' }],
          having: null,
          sort: [],
        },
      },
    ],
    [
      `_group=name,open&_agg=sum(price),count(),max(day)&_sort=-sum(price),name&_limit=2&_offset=1&_having=${encodeURIComponent('{"sum(price)":{"gt":"1.5"},"max(day)":{"gte":"2024-01-01"}}')}`,
      {
        limit: 2,
        offset: 1,
        sort: [],
        summary: {
          kind: 'group',
          by: [NAME, OPEN],
          aggregates: [
            { fn: 'sum', column: PRICE, name: 'sum(price)' },
            { fn: 'count', column: null, name: 'count()' },
            { fn: 'max', column: 3, name: 'max(day)' },
          ],
          having: and(
            { kind: 'compare', output: 2, operator: 'gt', operands: [1.5] },
            { kind: 'compare', output: 4, operator: 'gte', operands: ['2024-01-01'] },
          ),
          sort: [
            { output: 2, isDescending: true },
            { output: 0, isDescending: false },
          ],
        },
      },
    ],
  ];
  test.for(cases)('%s', ([query, expected]) => expect(planOf(query)).toMatchObject(expected));

  test.for([
    ['_sort=-a', 'a', true],
    ['_sort=--a', '-a', true],
    ['_sort=-a&_order=asc', '-a', false],
    ['_sort=["x,y"]', 'x,y', false],
    ['_sort=["-[z"]', '[z', true],
  ] as const)('%s sorts by %s, descending: %s', ([query, name, isDescending]) => {
    const column = ODD.fields.findIndex((field) => field.name === name);
    expect(planOf(query, ODD).sort).toEqual([{ column, isDescending }]);
  });
});

describe('other spellings', () => {
  const same: [alias: string, native: string][] = [
    ['q=a+b', '_q=a+b'],
    ['_start=20&_end=30', '_offset=20&_limit=10'],
    ['_end=30', '_limit=30'],
    ['_start=20&_limit=5', '_offset=20&_limit=5'],
    ['_offset=5&_end=5', '_offset=5&_limit=0'],
    ['_expand=owner', '_embed=owner'],
    ['_sort=name,id&_order=DESC,ASC&_start=0&_end=10', '_sort=-name,id&_limit=10'],
    ['id_ne=1', 'id__ne=1'],
    ['name_like=a', 'name__icontains=a'],
    ['name:contains=a', 'name__icontains=a'],
    ['name:startsWith=a', 'name__istartswith=a'],
    ['name:endsWith=a', 'name__iendswith=a'],
    ['id:in=1,2', 'id__in=1,2'],
    ['id=1&id=2', 'id__in=2,1'],
    ['id_gte=1&id_lte=5', 'id__lte=5&id__gte=1'],
    ...(['eq', 'ne', 'lt', 'lte', 'gt', 'gte'] as const).map((op): [string, string] => [
      `id:${op}=1`,
      `id__${op}=1`,
    ]),
  ];
  test.for(same)('%s is %s', ([alias, native]) => expect(planOf(alias)).toEqual(planOf(native)));

  test('are none where an operator or a control has that name', () => {
    for (const { name } of CONTROL_ALIASES)
      expect(CONTROLS.map((control) => control.name)).not.toContain(name);
    for (const { operator } of OPERATOR_ALIASES)
      expect(OPERATORS.map(({ name }) => name)).toContain(operator);
  });
});

describe('refusals', () => {
  const cases: [query: string, faults: object[]][] = [
    ['nme=a', [{ parameter: 'nme', code: 'unknown-parameter', nearest: 'name', found: 'nme' }]],
    ['nme__gt=a', [{ parameter: 'nme__gt', nearest: 'name__gt' }]],
    ['_limt=1', [{ nearest: '_limit' }]],
    ['=1', [{ parameter: '', code: 'unknown-parameter' }]],
    ['__proto__=1', [{ parameter: '__proto__', code: 'unknown-parameter' }]],
    ['constructor=1', [{ parameter: 'constructor' }]],
    [
      'id__gtt=1',
      [
        {
          code: 'unknown-operator',
          found: 'gtt',
          nearest: 'id__gt',
          allowed: ['eq', 'ne', 'in', 'nin', 'gt', 'gte', 'lt', 'lte', 'between', 'isnull'],
        },
      ],
    ],
    ['open__gt=true', [{ code: 'unknown-operator', allowed: ['eq', 'ne', 'in', 'nin', 'isnull'] }]],
    ['id__contains=1', [{ code: 'unknown-operator' }]],
    ['id_like=1', [{ parameter: 'id_like', code: 'unknown-operator', found: 'like' }]],
    ['day:contains=1', [{ code: 'unknown-operator', found: 'contains' }]],
    ...['abc', '0x10', '1e3', ' 5', '5 ', '01', '+1', '1.0', '', '-0', '9007199254740992', '١'].map(
      (text): [string, object[]] => [
        `id=${encodeURIComponent(text)}`,
        [{ parameter: 'id', code: 'wrong-type', found: text }],
      ],
    ),
    ['id__in=1,,2', [{ parameter: 'id__in', found: '' }]],
    ['id__in=1,a,b', [{ found: 'a' }, { found: 'b' }]],
    ['id__in=[1,true]', [{ found: 'true' }]],
    ['id__in=[1,null]', [{ found: 'null', message: expect.stringMatching(/isnull/) }]],
    ['id__in=[1', [{ code: 'malformed-json', found: '[1' }]],
    ['name__in=[a]', [{ code: 'malformed-json' }]],
    ['name__in=[1]', [{ code: 'wrong-type' }]],
    ['id__between=1', [{ code: 'wrong-value' }]],
    ['id__between=1,2,3', [{ code: 'wrong-value' }]],
    ['id__between=1,a', [{ code: 'wrong-type', found: 'a' }]],
    ['open=TRUE', [{ allowed: ['true', 'false'] }]],
    ['id__isnull=1', [{ code: 'wrong-value', allowed: ['true', 'false'] }]],
    ['id__isnull=', [{ code: 'wrong-value' }]],
    ['name__like=a\\', [{ code: 'wrong-value' }]],
    ['day=2024-02-30', [{ code: 'wrong-type' }]],
    ['at__gt=2024-02-29', [{ code: 'wrong-type' }]],
    ...['_limit', '_offset', '_start', '_end', '_page', '_per_page'].flatMap((name): [string, object[]][] =>
      ['0x10', '1e3', ' 5', '-1', '01', '1.0', '', 'ten', '9007199254740992'].map((text) => [
        `${name}=${encodeURIComponent(text)}`,
        [
          {
            parameter: name,
            code: 'wrong-value',
            found: text,
            message: expect.stringMatching(`^${name} is `),
          },
        ],
      ]),
    ),
    ['_page=0', [{ parameter: '_page', found: '0' }]],
    ['_per_page=0', [{ parameter: '_per_page' }]],
    ['_page=1&_limit=0', [{ parameter: '_limit' }]],
    ['_page=9007199254740991', [{ parameter: '_page' }]],
    ['_start=5&_end=4', [{ parameter: '_end', code: 'wrong-value' }]],
    ['_limit=1&_limit=1', [{ parameter: '_limit', code: 'repeated' }]],
    ['q=a&q=b', [{ parameter: 'q', code: 'repeated' }]],
    ['q=a&_q=b', [{ parameter: 'q', code: 'excluded' }]],
    ['_start=1&_offset=2', [{ parameter: '_start', code: 'excluded' }]],
    ['_end=1&_limit=2', [{ parameter: '_end', code: 'excluded' }]],
    ['_page=1&_offset=0', [{ parameter: '_offset', code: 'excluded' }]],
    [
      '_start=1&_page=1',
      [{ parameter: '_start', code: 'excluded', message: expect.stringMatching('_start and _page') }],
    ],
    ['_cursor=&_page=1&_offset=1', [{ parameter: '_page' }, { parameter: '_offset' }]],
    ['_limit=1&_per_page=1', [{ parameter: '_per_page', code: 'excluded' }]],
    ['_per_page=1&_offset=1', [{ parameter: '_offset', code: 'excluded' }]],
    ['_facet=id&_group=id', [{ parameter: '_group', code: 'excluded' }]],
    ...[
      '_fields=id',
      '_sort=id',

      '_page=1',
      '_cursor=',
      '_distinct=id',
      '_embed=owner',
      '_types=string',
      '_collate=fr',
    ].map((other): [string, object[]] => [
      `${other}&_facet=id`,
      [{ parameter: other.split('=')[0], code: 'excluded' }],
    ]),
    ['_stats=id&_limit=1', [{ parameter: '_limit', code: 'excluded' }]],
    ...['_fields=id', '_cursor=', '_distinct=id', '_embed=owner', '_types=string'].map(
      (other): [string, object[]] => [
        `_group=id&${other}`,
        [{ parameter: other.split('=')[0], code: 'excluded' }],
      ],
    ),
    ['_agg=count()', [{ parameter: '_agg', code: 'missing-control' }]],
    ['_having={}', [{ parameter: '_having', code: 'missing-control' }]],
    ['_order=asc', [{ parameter: '_order', code: 'missing-control' }]],
    ['_sort=id&_order=up', [{ parameter: '_order', found: 'up', allowed: ['asc', 'desc'] }]],
    ['_sort=id&_order=asc,desc', [{ parameter: '_order', code: 'wrong-value' }]],
    ['_sort=id,-id', [{ parameter: '_sort', code: 'repeated' }]],
    ['_sort=nme', [{ parameter: '_sort', code: 'unknown-field', found: 'nme', nearest: 'name' }]],
    ['_sort=-nme', [{ found: 'nme', nearest: 'name' }]],
    ['_sort=', [{ parameter: '_sort', code: 'unknown-field', found: '' }]],
    ['_sort=[1]', [{ parameter: '_sort', code: 'wrong-value' }]],
    ['_sort=[', [{ parameter: '_sort', code: 'malformed-json' }]],
    ['_fields=id,x', [{ parameter: '_fields', code: 'unknown-field', found: 'x' }]],
    ['_fields=id,id', [{ parameter: '_fields', code: 'repeated' }]],
    ['_distinct=nme', [{ parameter: '_distinct', code: 'unknown-field', nearest: 'name' }]],
    ['_distinct=id,name', [{ parameter: '_distinct', code: 'unknown-field', found: 'id,name' }]],
    [
      '_embed=ownr',
      [{ parameter: '_embed', code: 'unknown-relation', nearest: 'owner', allowed: ['owner', 'parts'] }],
    ],
    ['_collate=xx&_sort=name', [{ parameter: '_collate', code: 'wrong-value' }]],
    ['_collate=&_sort=name', [{ parameter: '_collate' }]],
    ['_collate=%F0%9F%98%80', [{ parameter: '_collate' }]],
    ['_types=text', [{ allowed: ['string'] }]],
    ['_format=cvs', [{ allowed: ['json', 'ndjson', 'csv', 'html'], nearest: 'csv' }]],
    ['_safe=true', [{ allowed: ['1'] }]],
    ['_group=id&_agg=total(id)', [{ parameter: '_agg', code: 'unknown-aggregate', found: 'total' }]],
    ['_group=id&_agg=sum', [{ parameter: '_agg', code: 'unknown-aggregate', nearest: 'sum' }]],
    ['_group=id&_agg=sum()', [{ parameter: '_agg', code: 'unknown-field' }]],
    ['_group=id&_agg=sum(name)', [{ code: 'wrong-type', allowed: ['count', 'min', 'max', 'distinct'] }]],
    ['_group=id&_agg=min(open)', [{ code: 'wrong-type' }]],
    ['_group=id&_agg=sum(id),sum(id)', [{ parameter: '_agg', code: 'repeated' }]],
    ['_group=id&_sort=price', [{ parameter: '_sort', code: 'unknown-result' }]],
    [
      `_group=id&_having=${encodeURIComponent('{"count()":{"gt":"x"}}')}`,
      [{ parameter: '_having', pointer: '/count()/gt', code: 'wrong-type' }],
    ],
    ['_where=', [{ parameter: '_where', code: 'malformed-json' }]],
    ['_where={id:1}', [{ parameter: '_where', code: 'malformed-json' }]],
    ['_where={"id":{"gt":1},"id" :{"lt":5}}', [{ parameter: '_where', code: 'repeated', found: 'id' }]],
    [
      '_where={"or":[{"name":"id"},{"id":{"gt":1,"lt":2,"\\u0067t":3}}]}',
      [{ code: 'repeated', found: 'gt' }],
    ],
    [where([]), [{ parameter: '_where', pointer: '', code: 'wrong-shape' }]],
    [where(null), [{ pointer: '', code: 'wrong-shape' }]],
    [where({ idd: 1 }), [{ pointer: '/idd', code: 'unknown-field', nearest: 'id' }]],
    ['_where={"__proto__":1}', [{ pointer: '/__proto__', code: 'unknown-field' }]],
    [where({ id: { gtt: 1 } }), [{ pointer: '/id/gtt', code: 'unknown-operator', nearest: 'gt' }]],
    [where({ id: { constructor: 1 } }), [{ pointer: '/id/constructor' }]],
    [where({ id: {} }), [{ pointer: '/id', code: 'missing-operator' }]],
    [where({ id: [1] }), [{ pointer: '/id', code: 'wrong-type', message: expect.stringMatching(/with in/) }]],
    [where({ id: true }), [{ pointer: '/id', code: 'wrong-type' }]],
    [where({ id: 1.5 }), [{ pointer: '/id' }]],
    ['_where={"id":9007199254740993}', [{ pointer: '/id' }]],
    ['_where={"price":1e999}', [{ pointer: '/price' }]],
    [where({ name: 1 }), [{ pointer: '/name', code: 'wrong-type' }]],
    ['_where={"name":"\\ud800"}', [{ pointer: '/name', code: 'wrong-type' }]],
    [where({ id: { in: 1 } }), [{ pointer: '/id/in', code: 'wrong-value' }]],
    [where({ id: { eq: null } }), [{ pointer: '/id/eq', message: expect.stringMatching(/isnull/) }]],
    [where({ id: { between: [1] } }), [{ pointer: '/id/between' }]],
    [where({ id: { isnull: 'true' } }), [{ pointer: '/id/isnull' }]],
    [where({ or: { id: 1 } }), [{ pointer: '/or', code: 'wrong-shape' }]],
    [where({ or: [{ id: 1 }, 1] }), [{ pointer: '/or/1', code: 'wrong-shape' }]],
    [where({ not: [{ id: 1 }] }), [{ pointer: '/not', code: 'wrong-shape' }]],
    [where({ field: 'id' }), [{ pointer: '/field', code: 'unknown-field' }]],
    [
      where({ or: [{ a: 1 }, { not: { id: { gt: 'x' } } }] }),
      [{ pointer: '/or/0/a' }, { pointer: '/or/1/not/id/gt' }],
    ],
  ];
  test.for(cases)('%s', ([query, expected]) => {
    const faults = faultsOf(plannedFrom(query));
    expect(faults).toMatchObject(expected);
    expect(faults).toHaveLength(expected.length);
    for (const { message } of faults) expect(message).toMatch(/^\S.*[.?]$/s);
  });

  test('pointers escape what RFC 6901 does', () => {
    expect(faultsOf(plannedFrom(where({ 'a/b~c': 'x' }), ODD))).toMatchObject([{ pointer: '/a~1b~0c' }]);
  });

  test('everything wrong is told at once, each in its place', () => {
    const query = `nme=a&id=x&_limit=-1&_limit=2&_sort=x&_page=1&${where({ idd: 1 })}`;
    const codes = faultsOf(plannedFrom(query)).map(({ parameter, code }) => `${parameter} ${code}`);
    expect(codes.sort()).toEqual([
      '_limit repeated',
      '_limit wrong-value',
      '_sort unknown-field',
      '_where unknown-field',
      'id wrong-type',
      'nme unknown-parameter',
    ]);
  });

  const nested = (depth: number, word: string): unknown =>
    depth === 1
      ? { id: 1 }
      : { [word]: word === 'not' ? nested(depth - 1, word) : [nested(depth - 1, word)] };
  test.for(['and', 'or', 'not'])('%s nests 16 deep', (word) => {
    expect(faultsOf(plannedFrom(where(nested(16, word))))).toEqual([]);
    expect(faultsOf(plannedFrom(where(nested(17, word))))).toMatchObject([{ code: 'too-deep' }]);
  });
  test('no depth is too much to be refused', () => {
    const deep = `${'{"not":'.repeat(100_000)}{}${'}'.repeat(100_000)}`;
    expect(faultsOf(plannedFrom(`_where=${deep}`))).toMatchObject([{ code: 'too-deep' }]);
  });
  test('a tree has 1,000 comparisons', () => {
    const many = (count: number) => ({ or: Array.from({ length: count }, (_, n) => ({ id: { gt: n } })) });
    expect(faultsOf(planSearch({ where: many(1000) }, SCHEMA))).toEqual([]);
    expect(faultsOf(planSearch({ where: many(1001) }, SCHEMA))).toMatchObject([
      { code: 'too-many-terms', pointer: '/where' },
    ]);
    expect(faultsOf(planSearch({ where: many(5000) }, SCHEMA))).toHaveLength(1);
  });
  test('what is wrong a thousand times over is told so often, and then no more', () => {
    const wrong = Array.from({ length: 5000 }, () => 1);
    expect(faultsOf(planSearch({ where: { or: wrong } }, SCHEMA))).toHaveLength(1001);
    expect(faultsOf(planSearch({ where: { or: wrong.map(() => ({ x: 1 })) } }, SCHEMA))).toHaveLength(1001);
    expect(faultsOf(planSearch({ where: { name: { in: wrong } } }, SCHEMA))).toHaveLength(16);
  });
  test('so have the parameters of a query', () => {
    const many = Array.from({ length: 1001 }, (_, n) => `id__gt=${n}`).join('&');
    expect(faultsOf(plannedFrom(many))).toMatchObject([{ code: 'too-many-terms' }]);
  });
});

describe('POST _search', () => {
  const same: [body: unknown, query: string][] = [
    [{}, ''],
    [
      { where: { id: { gt: 1 } }, sort: ['-id', 'name'], limit: 5, offset: 10 },
      'id__gt=1&_sort=-id,name&_limit=5&_offset=10',
    ],
    [{ sort: '-id,name', fields: 'id' }, '_sort=-id,name&_fields=id'],
    [
      { fields: ['name', 'id'], q: 'Été', distinct: 'name', embed: ['owner'] },
      '_fields=id,name&_q=ete&_distinct=name&_embed=owner',
    ],
  ];
  test.for(same)('%j is %s', ([body, query]) => {
    const planned = planSearch(body, SCHEMA, CONTEXT);
    expect(planned).toEqual({ kind: 'plan', plan: planOf(query) });
  });

  const wrong: [body: unknown, faults: object[]][] = [
    [[], [{ pointer: '', code: 'wrong-shape' }]],
    [null, [{ pointer: '' }]],
    ['x', [{ pointer: '' }]],
    [{ wher: {} }, [{ pointer: '/wher', code: 'unknown-member', nearest: 'where' }]],
    [JSON.parse('{"__proto__":1}'), [{ pointer: '/__proto__' }]],
    [{ where: { id: 'x' } }, [{ pointer: '/where/id', code: 'wrong-type' }]],
    [{ where: null }, [{ pointer: '/where' }]],
    [{ limit: '5' }, [{ pointer: '/limit', message: expect.stringMatching(/^limit is /) }]],
    [{ limit: -1, offset: 1.5 }, [{ pointer: '/limit' }, { pointer: '/offset' }]],
    [{ sort: [1] }, [{ pointer: '/sort' }]],
    [{ sort: ['x'] }, [{ pointer: '/sort', code: 'unknown-field' }]],
    [{ q: 1 }, [{ pointer: '/q' }]],
  ];
  test.for(wrong)('%j', ([body, expected]) => {
    const faults = faultsOf(planSearch(body, SCHEMA, CONTEXT));
    expect(faults).toMatchObject(expected);
    expect(faults.every(({ parameter }) => parameter === undefined)).toBe(true);
  });

  test('each member is a control', () => {
    expect(SEARCH_MEMBERS.map(({ name }) => `_${name}`)).toEqual(
      SEARCH_MEMBERS.map(({ control }) => control),
    );
  });
});

test('the tree of a subscription', () => {
  expect(planWhere({ id: 1 }, SCHEMA)).toEqual({ kind: 'predicate', predicate: compare(ID, 'eq', 1) });
  expect(planWhere({}, SCHEMA)).toEqual({ kind: 'predicate', predicate: null });
  expect(faultsOf(planWhere({ or: [{ x: 1 }] }, SCHEMA))).toMatchObject([{ pointer: '/or/0/x' }]);
});

describe('the registries', () => {
  test.for(FIELD_TYPES.map(({ name }) => name))(
    'every operator takes its own example on a field of type %s',
    (type) => {
      const schema = schemaOf(['f', type]);
      for (const { name } of operatorsOf(type)) {
        expect(
          faultsOf(plannedFrom(`f__${name}=${encodeURIComponent(operandExample(name, type))}`, schema)),
        ).toEqual([]);
      }
    },
  );

  test.for(CONTROLS)('$name takes its own example', ({ name, example }) => {
    const company = name === '_agg' || name === '_having' ? '_group=id&' : '';
    const query = `${company}${name}=${encodeURIComponent(name === '_embed' ? 'owner' : example)}`;
    expect(faultsOf(plannedFrom(query))).toEqual([]);
  });
});

describe('the canonical form', () => {
  const same: [a: string, b: string][] = [
    ['', '&&'],
    ['', '_offset=0'],
    ['', '_format=json'],
    ['_page=1&_per_page=10', '_page=1'],
    ['id=1', where({ id: 1 })],
    ['id=1&name=a', where({ name: 'a', id: { eq: 1 } })],
    ['id__in=1,2', where({ or: [{ id: 2 }, { id: 1 }] })],
    ['id__nin=1,2', where({ not: { id: { in: [2, 1] } } })],
    ['id__gt=1&id__gt=2', where({ or: [{ id: { gt: 2 } }, { id: { gt: 1 } }] })],
    ['name__in=a', 'name=a'],
    ['price=1', 'price=1.0'],
    ['_sort=id&_collate=fr', '_sort=id'],
    ['_q=Été', '_q=ete'],
    ['_group=id&_agg=count()', '_group=id'],
    ['_embed=owner,parts', '_embed=parts,owner'],
  ];
  test.for(same)('%s is %s', ([a, b]) => expect(planOf(a).canonical).toBe(planOf(b).canonical));

  const different: [a: string, b: string][] = [
    ['', 'id=1'],
    ['', '_limit=0'],
    ['', '_safe=1'],
    ['', '_types=string'],
    ['id=1', 'id=2'],
    ['id=1', 'price=1'],
    ['id=1&id=2', 'id=1&id__eq=2'],
    ['id__gt=1&id__gt=2', where({ and: [{ id: { gt: 2 } }, { id: { gt: 1 } }] })],
    ['_limit=1', '_offset=1'],
    ['_sort=id,name', '_sort=name,id'],
    ['name=a%22,%22b', 'name=a&name=b'],
    ['name=a,b', 'name=a&name=b'],
    ['_sort=name', '_sort=name&_collate=fr'],
    ['_cursor=&_limit=5', '_limit=5'],
  ];
  test.for(different)('%s is not %s', ([a, b]) => expect(planOf(a).canonical).not.toBe(planOf(b).canonical));

  test('all rows are asked for by nothing', () => {
    expect(planOf('')).toEqual(EVERYTHING);
    expect(planOf('_offset=0')).toEqual(EVERYTHING);
  });

  test('plans are frozen through and through', () => {
    const frozen = (value: unknown): boolean =>
      typeof value !== 'object' ||
      value === null ||
      (Object.isFrozen(value) && Object.values(value).every(frozen));
    expect(frozen(planOf(`id=1&_sort=id&_fields=id&_q=a&${where({ or: [{ id: 1 }, { name: 'a' }] })}`))).toBe(
      true,
    );
    expect(frozen(planOf('_group=id&_having={"count()":1}'))).toBe(true);
    expect(frozen(EVERYTHING)).toBe(true);
  });

  test('what has no parameter of its own is written into _where', () => {
    expect(formatPlan(planOf(where({ _sort: 'x' }), ODD), ODD)).toBe(where({ _sort: { eq: 'x' } }));
    expect(formatPlan(planOf(where({ a: { gt: 5 } }), ODD), ODD)).toBe(where({ a: { gt: 5 } }));
    expect(formatPlan(planOf('_limit__eq=1', ODD), ODD)).toBe('_limit__eq=1');
  });
});

const TEXT: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('', 'a', ',', '[', '%', '\\\\', 'a b', 'İ', '[1]', 'null', '-a', '__', '"'),
  fc.string({ unit: 'binary', maxLength: 4 }).filter((text) => text.isWellFormed()),
);

function valueFor(type: FieldType): fc.Arbitrary<string | number | boolean> {
  switch (type) {
    case 'integer':
      return fc.oneof(fc.integer({ min: -3, max: 3 }), fc.maxSafeInteger());
    case 'number':
      return fc.oneof(fc.constantFrom(0.5, 1, -2.25), fc.double({ noNaN: true, noDefaultInfinity: true }));
    case 'boolean':
      return fc.boolean();
    case 'date':
      return fc.constantFrom('2024-02-29', '1999-12-31');
    case 'datetime':
      return fc.constantFrom('2024-02-29T00:00:00Z', '2024-02-29 00:00:00');
    case 'string':
      return TEXT;
  }
}

/** An object of conditions on the fields of a schema, with everything that the grammar has. */
function treeOf(schema: Schema): fc.Arbitrary<Record<string, unknown>> {
  const comparison = fc.constantFrom(...schema.fields).chain(({ name, type }) =>
    fc.constantFrom(...operatorsOf(type)).chain((operator) => {
      const value = valueFor(type);
      const operand: fc.Arbitrary<unknown> = {
        one: value,
        list: fc.array(value, { maxLength: 3 }),
        pair: fc.tuple(value, value),
        boolean: fc.boolean(),
        pattern: fc.constantFrom('a%', '_', '\\%', ''),
      }[operator.form] as fc.Arbitrary<unknown>;
      return operand.map((right) => ({ field: name, [operator.name]: right }));
    }),
  );
  return fc.letrec<{ tree: Record<string, unknown> }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      comparison,
      fc.record({ and: fc.array(tie('tree'), { maxLength: 3 }) }),
      fc.record({ or: fc.array(tie('tree'), { maxLength: 3 }) }),
      fc.record({ not: tie('tree') }),
      fc.record({
        or: fc.array(tie('tree'), { maxLength: 2 }),
        not: tie('tree'),
        and: fc.array(tie('tree'), { maxLength: 2 }),
      }),
    ),
  })).tree;
}

describe('a plan written back as a query', () => {
  test.for([
    ['usual names', SCHEMA],
    ['names that mean something else', ODD],
  ] as const)('is the same plan: %s', ([, schema]) => {
    const names = schema.fields.map(({ name }) => name);
    const some = fc.subarray(names, { minLength: 1 });
    const sort = fc
      .shuffledSubarray(names, { minLength: 1 })
      .chain((keys) =>
        fc
          .tuple(...keys.map(() => fc.constantFrom('asc', 'desc')))
          .map((order) => [
            ['_sort', JSON.stringify(keys)],
            ...(names.includes('_order') ? [] : [['_order', order.join(',')]]),
          ]),
      );
    const count = fc.nat(20).map(String);
    const page = fc.oneof(
      fc.constant([]),
      fc.tuple(count, count).map(([limit, offset]) => [
        ['_limit', limit],
        ['_offset', offset],
      ]),
      fc.tuple(count, count).map(([number, size]) => [
        ['_page', `1${number}`],
        ['_per_page', `1${size}`],
      ]),
      fc.tuple(TEXT, count).map(([cursor, limit]) => [
        ['_cursor', cursor],
        ['_limit', limit],
      ]),
    );
    const rows = fc.tuple(
      fc.option(some.map((list) => ['_fields', JSON.stringify(list)])),
      fc.option(fc.constantFrom(...names).map((name) => ['_distinct', name])),
      fc.option(fc.constantFrom(['_embed', 'parts'], ['_embed', 'parts,owner'])),
      fc.option(fc.constant(['_types', 'string'])),
      fc.option(fc.constantFrom('fr', 'de-u-co-phonebk').map((tag) => ['_collate', tag])),
    );
    const request = fc.tuple(
      fc.option(treeOf(schema).map((tree) => ['_where', JSON.stringify(tree)])),
      fc.option(
        fc
          .oneof(TEXT, fc.string({ unit: 'binary' }))
          .filter((text) => text.isWellFormed())
          .map((text) => ['_q', text]),
      ),
      fc.option(fc.constantFrom(['_format', 'csv'], ['_format', 'html'])),
      fc.option(fc.constant(['_safe', '1'])),
      fc.oneof(
        fc
          .tuple(rows, fc.oneof(fc.constant([]), sort), page)
          .map(([single, order, part]) => [...single, ...order, ...part]),
        fc.shuffledSubarray(names, { minLength: 1 }).map((list) => [['_facet', JSON.stringify(list)]]),
        fc.shuffledSubarray(names, { minLength: 1 }).map((list) => [['_stats', JSON.stringify(list)]]),
        some.map((list) => [
          ['_group', JSON.stringify(list)],
          ['_agg', JSON.stringify([...list.map((name) => `distinct(${name})`), 'count()'])],
          ['_sort', JSON.stringify(['-count()', `distinct(${list[0]})`])],
          [
            '_having',
            JSON.stringify({
              or: [{ 'count()': { gt: 1 } }, { [`distinct(${list[0]})`]: { between: [1, 5] } }],
            }),
          ],
        ]),
      ),
    );
    fc.assert(
      fc.property(request, ([tree, q, format, safe, more]) => {
        const pairs = [tree, q, format, safe, ...more].filter(
          (pair): pair is [string, string] => pair !== null,
        );
        const plan = planOf(formatRequest(pairs), schema);
        expect(planOf(formatPlan(plan, schema), schema)).toEqual(plan);
        expect(planOf(plan.canonical, schema)).toEqual({ ...plan, format: null });
        expect(planOf(plan.canonical, schema).canonical).toBe(plan.canonical);
      }),
      { numRuns: 1500 },
    );
  });

  test('whatever the tree, as deep as it may be', () => {
    const wrap = (tree: unknown, depth: number): unknown =>
      depth === 1
        ? tree
        : {
            or: [
              { not: { id: { gt: depth }, name: { like: 'a%' } } },
              { id: depth, or: [{ open: true }, wrap(tree, depth - 2)] },
            ],
          };
    for (const depth of [3, 5, 15]) {
      const plan = planOf(where(wrap({ name: 'x', id: { gt: 1 }, not: { open: true, id: 1 } }, depth)));
      expect(planOf(plan.canonical)).toEqual(plan);
    }
  });
});

test('no text makes the parser throw', () => {
  const key = fc.oneof(
    fc.constantFrom(
      ...CONTROLS.map(({ name }) => name),
      ...CONTROL_ALIASES.map(({ name }) => name),
      'id',
      'name__in',
      'id__between',
      'price:in',
    ),
    fc.string(),
  );
  const value = fc.oneof(fc.string(), fc.json(), fc.constantFrom('id', '-id', '[', '{', '1'));
  fc.assert(
    fc.property(fc.array(fc.tuple(key, value), { maxLength: 6 }), (pairs) => {
      const planned = planRequest(pairs, SCHEMA, CONTEXT);
      if (planned.kind === 'problem') expect(planned.problem.errors?.length).toBeGreaterThan(0);
      else expect(planOf(planned.plan.canonical).canonical).toBe(planned.plan.canonical);
    }),
    { numRuns: 2000 },
  );
});
