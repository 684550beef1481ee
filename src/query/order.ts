// `_sort`, and `_order` beside it → the positions by which rows or results are ordered, each with its direction.

import type { Fault } from '../problem.ts';
import { readOrder } from './aliases.ts';
import { type Control, controlOf } from './controls.ts';
import { fault, repeatedName, unknownName, wrongControl } from './faults.ts';
import { type Given, readNames } from './given.ts';
import type { Subjects } from './subjects.ts';

type Key = Readonly<{ position: number; isDescending: boolean }>;

/**
 * Reads `-a,b`, where a minus sign means descending; with `_order` (`_sort=a,b&_order=desc,asc`) names are taken as they
 * stand, and those without a word ascend. A field whose own name begins with a minus sign is found where no other has
 * the rest of it.
 */
export function readSort(
  given: Given | undefined,
  order: Given | undefined,
  subjects: Subjects,
  faults: Fault[],
): readonly Key[] {
  if (given === undefined) return [];
  const { place } = given;
  const names = readNames(given, '_sort', faults);
  const isDescending = order === undefined ? undefined : readOrder(order, faults);
  if (order !== undefined && isDescending !== undefined && isDescending.length > names.length) {
    const message = `_order has ${isDescending.length} words, and _sort only ${names.length} names.`;
    faults.push(fault(order.place, 'wrong-value', message, order.value));
  }
  const taken = new Set<number>();
  return names.flatMap((name, index) => {
    const key =
      isDescending === undefined
        ? signed(name, subjects)
        : plain(name, isDescending[index] ?? false, subjects);
    if (key === undefined) {
      const word = isDescending === undefined && name.startsWith('-') ? name.slice(1) : name;
      faults.push(unknownName(place, subjects.noun, word, subjects.positions.keys(), faults.length));
      return [];
    }
    if (!taken.has(key.position)) {
      taken.add(key.position);
      return [key];
    }
    faults.push(repeatedName(place, '_sort', name));
    return [];
  });
}

/** Writes keys so that {@link readSort} reads them: the names, and what `_order` says where minus signs cannot. */
export function formatSort(
  keys: readonly Key[],
  subjects: Subjects,
): Readonly<{ names: readonly string[]; order: string | null }> {
  const names = keys.map(({ position }) => subjects.list[position]?.name ?? '');
  const minus = keys.map(({ isDescending }, index) => `${isDescending ? '-' : ''}${names[index]}`);
  const isRead = minus.every((name, index) => {
    const read = signed(name, subjects);
    return read?.position === keys[index]?.position && read?.isDescending === keys[index]?.isDescending;
  });
  if (isRead) return { names: minus, order: null };
  return { names, order: keys.map(({ isDescending }) => (isDescending ? 'desc' : 'asc')).join(',') };
}

/** The canonical tag of a language whose order is known. */
export function readLocale(given: Given | undefined, faults: Fault[]): string | null {
  if (given === undefined) return null;
  const { place, value } = given;
  try {
    const [known] = typeof value === 'string' ? Intl.Collator.supportedLocalesOf(value) : [];
    if (known !== undefined) return known;
  } catch {
    // No language tag at all: answered as an unknown one.
  }
  faults.push(wrongControl(controlOf('_collate') as Control, place, value));
  return null;
}

function signed(name: string, subjects: Subjects): Key | undefined {
  const rest = name.startsWith('-') ? plain(name.slice(1), true, subjects) : undefined;
  return rest ?? plain(name, false, subjects);
}

function plain(name: string, isDescending: boolean, { positions }: Subjects): Key | undefined {
  const position = positions.get(name);
  return position === undefined ? undefined : { position, isDescending };
}
