// The registry of field types → the schema of any value that a cell may have.
import { FIELD_TYPES } from '../../table/field-types.ts';

/** A JSON Schema that every cell satisfies. */
export function anyValueSchema(): object {
  return { type: [...new Set(FIELD_TYPES.map(({ jsonType }) => jsonType)), 'null'] };
}
