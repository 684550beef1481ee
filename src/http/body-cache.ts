// Answers that were made before, by what they say: bounded in bytes, the least recently used go first.

/** An answer that can be sent again: all that follows from the tables' versions, the query and the representation. */
export type CachedAnswer = Readonly<{
  body: string | Buffer;
  headers: Readonly<Record<string, string>>;
  /** How many rows match. */
  total: number;
}>;

export type BodyCache = Readonly<{
  get: (key: string) => CachedAnswer | undefined;
  /** @param versions those of all tables that the answer was read from */
  keep: (key: string, versions: readonly string[], answer: CachedAnswer) => void;
  /** Drops the answers that were read from a version. */
  drop: (version: string) => void;
  /** Bytes that the answers take, about. */
  size: () => number;
}>;

type Kept = Readonly<{ answer: CachedAnswer; versions: readonly string[]; bytes: number }>;

/** What an entry takes beside its body and its key, about. */
const OVERHEAD = 512;

/**
 * @param most bytes in all
 * @param largest bytes of one answer; a larger one is not kept
 */
export function createBodyCache(most: number, largest: number): BodyCache {
  /** The least recently used stands first. */
  const entries = new Map<string, Kept>();
  const byVersion = new Map<string, Set<string>>();
  let size = 0;

  const remove = (key: string, { versions, bytes }: Kept) => {
    entries.delete(key);
    size -= bytes;
    for (const version of versions) {
      const keys = byVersion.get(version);
      keys?.delete(key);
      if (keys?.size === 0) byVersion.delete(version);
    }
  };

  return Object.freeze({
    get(key: string) {
      const found = entries.get(key);
      if (found === undefined) return undefined;
      entries.delete(key);
      entries.set(key, found);
      return found.answer;
    },
    keep(key: string, versions: readonly string[], answer: CachedAnswer) {
      const bytes = OVERHEAD + 2 * key.length + sizeOf(answer.body);
      if (bytes > largest) return;
      const before = entries.get(key);
      if (before !== undefined) remove(key, before);
      for (const [oldest, kept] of entries) {
        if (size + bytes <= most) break;
        remove(oldest, kept);
      }
      entries.set(key, { answer, versions, bytes });
      size += bytes;
      for (const version of versions) {
        const keys = byVersion.get(version);
        if (keys === undefined) byVersion.set(version, new Set([key]));
        else keys.add(key);
      }
    },
    drop(version: string) {
      for (const key of [...(byVersion.get(version) ?? [])]) remove(key, entries.get(key) as Kept);
    },
    size: () => size,
  });
}

/** A string takes one byte or two for each unit. */
function sizeOf(body: string | Buffer): number {
  return typeof body === 'string' ? body.length * 2 : body.length;
}
