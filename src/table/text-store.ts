// Many texts as one run of UTF-8 bytes with offsets, in shared memory, so that threads pass them on without copying.

/** Entry `i` is `bytes[offsets[i] .. offsets[i + 1]]`. */
export type TextStore = Readonly<{ bytes: Uint8Array; offsets: Uint32Array }>;

const buffers = new WeakMap<Uint8Array, Buffer>();

/** One entry as a string. */
export function textAt(store: TextStore, index: number): string {
  const { bytes, offsets } = store;
  let buffer = buffers.get(bytes);
  if (buffer === undefined) {
    buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    buffers.set(bytes, buffer);
  }
  return buffer.toString('utf8', offsets[index], offsets[index + 1]);
}

/** How many entries a store has. */
export function textCount(store: TextStore): number {
  return store.offsets.length - 1;
}

/** Whether an entry of one store and an entry of another are the same text. */
export function sameText(a: TextStore, i: number, b: TextStore, j: number): boolean {
  const start = a.offsets[i] as number;
  const length = (a.offsets[i + 1] as number) - start;
  const other = b.offsets[j] as number;
  if ((b.offsets[j + 1] as number) - other !== length) return false;
  for (let k = 0; k < length; k++) if (a.bytes[start + k] !== b.bytes[other + k]) return false;
  return true;
}

/** FNV-1a over an entry's bytes, as an unsigned 32-bit number. */
export function hashText(store: TextStore, index: number, seed = 0x811c9dc5): number {
  const end = store.offsets[index + 1] as number;
  let hash = seed;
  for (let i = store.offsets[index] as number; i < end; i++) {
    hash = Math.imul(hash ^ (store.bytes[i] as number), 0x01000193);
  }
  return hash >>> 0;
}

/** The position of the first entry that equals a text, or -1. */
export function findText(store: TextStore, text: string): number {
  const wanted = Buffer.from(text, 'utf8');
  const { bytes, offsets } = store;
  const count = offsets.length - 1;
  search: for (let i = 0; i < count; i++) {
    const start = offsets[i] as number;
    if ((offsets[i + 1] as number) - start !== wanted.length) continue;
    for (let k = 0; k < wanted.length; k++) if (bytes[start + k] !== wanted[k]) continue search;
    return i;
  }
  return -1;
}

type Cells = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array;

/** Copies a typed array's first `length` elements into shared memory of just that size. */
export function shared<T extends Cells>(
  Kind: new (buffer: SharedArrayBuffer) => T,
  from: ArrayLike<number>,
  length: number = from.length,
): T {
  const size = (Kind as unknown as { BYTES_PER_ELEMENT: number }).BYTES_PER_ELEMENT;
  const copy = new Kind(new SharedArrayBuffer(length * size));
  copy.set(from.length === length ? from : (from as Uint8Array).subarray(0, length));
  return copy;
}
