// A field → how a Table Schema has it, for other tools and for a person to edit.

import type { Constraints, Field } from '../table/schema.ts';

/**
 * @param isKey whether the field alone is the key, and so has a value in every row and another in each
 * @param isInKey whether it is at least a part of the key
 */
export function describeField(
  { name, type, format, constraints, reason: _reason, ...others }: Field,
  isKey: boolean,
  isInKey: boolean,
): object {
  const kept = withoutImplied(constraints ?? {}, isKey, isInKey);
  return {
    name,
    type,
    // RFC 3339 is the format that a datetime has where nothing is said.
    ...(format === undefined || format === 'date-time' ? {} : { format }),
    ...others,
    ...(Object.keys(kept).length === 0 ? {} : { constraints: kept }),
  };
}

/** The primary key says already that its fields are required, and that one alone is unique. */
function withoutImplied(
  { required, unique, ...others }: Constraints,
  isKey: boolean,
  isInKey: boolean,
): Constraints {
  return {
    ...(required === undefined || isInKey ? {} : { required }),
    ...(unique === undefined || isKey ? {} : { unique }),
    ...others,
  };
}
