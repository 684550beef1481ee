// A record, a view and the ids that it is for → the frame, made once for all who come back for it at about one time.

import type { EventRecord } from '../history/record.ts';
import type { Sent } from '../transport/outlet.ts';
import { frameHead, frameOf, type SubscriptionId, type View } from '../view/view.ts';

export type FrameCache = Readonly<{
  /** @returns null where the record does not concern the view */
  get: (record: EventRecord, view: View, id: SubscriptionId) => Sent | null;
}>;

const MOST_BYTES = 8 * 1024 * 1024;
/** What an entry takes beside its frame. */
const ENTRY_BYTES = 512;

/** @param changeBytes more changes than these are not told */
export function openFrameCache(changeBytes: number): FrameCache {
  const frames = new Map<string, Sent | null>();
  let bytes = 0;
  const weigh = (sent: Sent | null) => ENTRY_BYTES + (sent?.bytes.length ?? 0);

  return Object.freeze({
    get(record: EventRecord, view: View, id: SubscriptionId) {
      const name = JSON.stringify([record.table, record.id, view.key, id]);
      const known = frames.get(name);
      if (known !== undefined) return known;
      const head = frameHead(record, view, changeBytes);
      const sent =
        head === null ? null : Object.freeze({ bytes: frameOf(head, [id]), id: record.id, isShared: false });
      frames.set(name, sent);
      bytes += weigh(sent);
      for (const [oldest, frame] of frames) {
        if (bytes <= MOST_BYTES) break;
        frames.delete(oldest);
        bytes -= weigh(frame);
      }
      return sent;
    },
  });
}
