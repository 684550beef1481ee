// Texts, one after the other → a store; where asked, each different text only once.

import { hashText, shared, type TextStore } from './text-store.ts';

/** FNV-1a, as `hashText` has it. */
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** Collects texts; `finish` freezes them into a store. */
export class TextWriter {
  #bytes: Buffer;
  #used = 0;
  #offsets: Uint32Array;
  #count = 0;
  /** Entry + 1 in each slot that is taken (open addressing); its size is a power of two. */
  #slots = new Uint32Array(256);

  /**
   * @param bytes room for so many bytes at first
   * @param entries room for so many entries at first
   */
  constructor(bytes = 1024, entries = 64) {
    this.#bytes = Buffer.allocUnsafeSlow(Math.max(bytes, 64));
    this.#offsets = new Uint32Array(entries + 1);
  }

  get count(): number {
    return this.#count;
  }

  /** Adds an entry at the end. */
  push(text: string): void {
    this.#used = this.#write(text);
    if (this.#count + 2 > this.#offsets.length) this.#growOffsets();
    this.#offsets[++this.#count] = this.#used;
  }

  /**
   * Adds an entry unless it is there already. Not to be mixed with `push`.
   * @returns its position
   */
  intern(text: string): number {
    const { length } = text;
    const start = this.#used;
    this.#ensure(start + length * 3);
    const bytes = this.#bytes;
    let end = start;
    let hash = FNV_OFFSET;
    // ASCII is written and hashed in one go.
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code > 127) break;
      bytes[end++] = code;
      hash = Math.imul(hash ^ code, FNV_PRIME);
    }
    if (end - start < length) {
      end = start + bytes.write(text, start, 'utf8');
      hash = FNV_OFFSET;
      for (let i = start; i < end; i++) hash = Math.imul(hash ^ (bytes[i] as number), FNV_PRIME);
    }
    const mask = this.#slots.length - 1;
    let at = (hash >>> 0) & mask;
    for (let taken = this.#slots[at] as number; taken !== 0; taken = this.#slots[at] as number) {
      if (this.#isEntry(taken - 1, start, end)) return taken - 1;
      at = (at + 1) & mask;
    }
    this.#used = end;
    if (this.#count + 2 > this.#offsets.length) this.#growOffsets();
    this.#offsets[++this.#count] = end;
    this.#slots[at] = this.#count;
    if (this.#count * 2 > this.#slots.length) this.#growSlots();
    return this.#count - 1;
  }

  /** Adds an entry of another writer at the end. */
  pushFrom(other: TextWriter, entry: number): void {
    const start = other.#offsets[entry] as number;
    const end = other.#offsets[entry + 1] as number;
    this.#ensure(this.#used + end - start);
    other.#bytes.copy(this.#bytes, this.#used, start, end);
    this.#used += end - start;
    if (this.#count + 2 > this.#offsets.length) this.#growOffsets();
    this.#offsets[++this.#count] = this.#used;
  }

  finish(): TextStore {
    return Object.freeze({
      bytes: shared(Uint8Array, this.#bytes, this.#used),
      offsets: shared(Uint32Array, this.#offsets, this.#count + 1),
    });
  }

  /** Writes a text behind what is used. @returns where it ends */
  #write(text: string): number {
    const { length } = text;
    this.#ensure(this.#used + length * 3);
    const bytes = this.#bytes;
    let at = this.#used;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code > 127) return this.#used + bytes.write(text, this.#used, 'utf8');
      bytes[at++] = code;
    }
    return at;
  }

  #isEntry(entry: number, start: number, end: number): boolean {
    const bytes = this.#bytes;
    let at = this.#offsets[entry] as number;
    if ((this.#offsets[entry + 1] as number) - at !== end - start) return false;
    for (let i = start; i < end; i++) if (bytes[i] !== bytes[at++]) return false;
    return true;
  }

  #ensure(room: number): void {
    if (room <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(room, this.#bytes.length * 2));
    this.#bytes.copy(grown, 0, 0, this.#used);
    this.#bytes = grown;
  }

  #growOffsets(): void {
    const grown = new Uint32Array(this.#offsets.length * 2);
    grown.set(this.#offsets);
    this.#offsets = grown;
  }

  #growSlots(): void {
    const slots = new Uint32Array(this.#slots.length * 4);
    const store = { bytes: this.#bytes, offsets: this.#offsets };
    for (let entry = 0; entry < this.#count; entry++) {
      let at = hashText(store, entry) & (slots.length - 1);
      while (slots[at] !== 0) at = (at + 1) & (slots.length - 1);
      slots[at] = entry + 1;
    }
    this.#slots = slots;
  }
}
