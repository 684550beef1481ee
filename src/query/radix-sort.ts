// Ids and a number for each → the ids in the order of their numbers, by counting digits (LSD radix sort), stably.

/** With fewer ids than this, wide digits cost more than the passes they save. */
const FEW = 1 << 14;

/**
 * Sorts ids by key, ties as they stood.
 * @param ids what to sort; overwritten
 * @param keys the key of each id, at the id's place
 * @param most no key is larger
 * @param spare room for as many ids; overwritten
 * @returns `ids` or `spare`, whichever holds the result
 */
export function sortByKey(
  ids: Uint32Array,
  keys: Uint32Array,
  most: number,
  spare: Uint32Array,
): Uint32Array {
  const keyBits = 32 - Math.clz32(most);
  const widest = ids.length < FEW ? 8 : 16;
  const passes = Math.ceil(keyBits / widest);
  const bits = Math.ceil(keyBits / Math.max(passes, 1));
  let from = ids;
  let to = spare;
  for (let pass = 0; pass < passes; pass++) {
    if (!sortByDigit(from, to, keys, pass * bits, bits)) continue;
    const swapped = from;
    from = to;
    to = swapped;
  }
  return from;
}

/** @returns false, and nothing is done, where all keys have the same digit */
function sortByDigit(
  from: Uint32Array,
  to: Uint32Array,
  keys: Uint32Array,
  shift: number,
  bits: number,
): boolean {
  const { length } = from;
  const mask = 2 ** bits - 1;
  const places = new Uint32Array(mask + 1);
  for (let i = 0; i < length; i++) {
    const digit = ((keys[from[i] as number] as number) >>> shift) & mask;
    places[digit] = (places[digit] as number) + 1;
  }
  let place = 0;
  for (let digit = 0; digit <= mask; digit++) {
    const count = places[digit] as number;
    if (count === length) return false;
    places[digit] = place;
    place += count;
  }
  for (let i = 0; i < length; i++) {
    const id = from[i] as number;
    const digit = ((keys[id] as number) >>> shift) & mask;
    const at = places[digit] as number;
    to[at] = id;
    places[digit] = at + 1;
  }
  return true;
}
