// Changes of the catalog → frames for whoever follows them; knows sessions, and nothing of how frames travel.

import type { Catalog, Change, Snapshot } from '../../catalog.ts';
import { type Indexes, NO_INDEXES } from '../../query/indexes.ts';
import type { Limits } from '../frames/limits.ts';
import { type EventLog, openLog } from '../history/log.ts';
import { readPosition } from '../history/position.ts';
import { type EventRecord, recordsOf } from '../history/record.ts';
import type { Outlet } from '../transport/outlet.ts';
import { frameHead, frameOf } from '../view/view.ts';
import { openChannels } from './channels.ts';
import { openDelivery } from './delivery.ts';
import { openFanOut } from './fan-out.ts';
import { openFollowing } from './following.ts';
import { openFrameCache } from './frame-cache.ts';
import { openPacing, type Pacing } from './pacing.ts';
import { openPresence } from './presence.ts';
import { openSession, type Session, type SessionOptions } from './session.ts';
import type { Member } from './subscription.ts';

export type { Outlet, Sent } from '../transport/outlet.ts';
export type { Implied, Session } from './session.ts';

export type Hub = Readonly<{
  /**
   * Sends `hello` first, then follows. Reads the catalog and follows in the same tick: no gap, nothing twice.
   * @param outlet where the client's frames go
   */
  open: (outlet: Outlet, options: SessionOptions) => Session;
  /** What happened lately. */
  log: EventLog;
  /** How many subscriptions there are, of all sessions. */
  count: () => number;
  /** Lets go of the catalog, delivers what is waiting as far as that can be done in time, then lets go of all sessions. */
  close: () => Promise<void>;
}>;

type HubOptions = Readonly<{
  catalog: Catalog;
  limits: Limits;
  /** What is kept for those who come back. */
  history: Readonly<{ bytes: number; ageMs: number }>;
  /** The clock. */
  now: () => Date;
  onError: (error: unknown) => void;
  indexes?: Indexes;
}>;

/** A frame that more than so many get is one of many: it is not worth to be compressed for each. */
const FEW = 8;

/**
 * Opens a hub on a catalog. Who gets an event is settled within the catalog's swap: whoever reads the catalog and
 * follows in the same tick misses nothing and gets nothing twice. What fails here never reaches the catalog, nor one
 * client what fails at another.
 */
export function openHub(options: HubOptions): Hub {
  const { catalog, limits, history, now, onError, indexes = NO_INDEXES } = options;
  const [epoch = ''] = catalog.current().tag.split('-');
  const log = openLog({
    epoch,
    start: latestOf(catalog.current(), epoch),
    ...history,
    now: () => now().getTime(),
  });
  const fanOut = openFanOut<Member>(onError);
  const channels = openChannels((table) => catalog.current().tables.get(table)?.table?.schema);
  const goOn = (member: Member) => pacing.goOn(member);
  const delivery = openDelivery({ fanOut, resyncBytes: limits.resyncBytes, goOn });
  const presence = openPresence({ catalog, now, tell: delivery.tell });
  const cache = openFrameCache(limits.changeBytes);
  const following = openFollowing({ catalog, log, channels, cache, presence, pacing: () => pacing });
  const pacing: Pacing = openPacing({ awaitDrain: delivery.awaitDrain, goLive: following.goLive, onError });
  const desk = Object.freeze({ catalog, limits, log, following, presence, indexes });
  const tools = Object.freeze({ desk, tell: delivery.tell, onError });

  const send = (record: EventRecord) => {
    let { bytes } = record;
    for (const { view, groups } of channels.audiencesOf(record)) {
      let head: Buffer | null | undefined;
      for (const { ids, members } of groups) {
        const make = () => {
          head = head === undefined ? frameHead(record, view, limits.changeBytes) : head;
          if (head === null) return null;
          return { bytes: frameOf(head, ids), id: record.id, isShared: members.length > FEW };
        };
        const deliver: Parameters<typeof fanOut.push>[0]['deliver'] = (member, sent) =>
          delivery.event(member, sent, record, ids);
        const isSpared = (member: Member) => delivery.isSpared(member, record, ids);
        fanOut.push({ make, deliver, isSpared, bytes }, members);
        // The record waits once, whoever waits for it.
        bytes = 0;
      }
    }
  };
  const publish = (change: Change, snapshot: Snapshot) => {
    for (const record of recordsOf(change, snapshot, now())) {
      log.append(record);
      send(record);
    }
  };
  const release = catalog.subscribe((change, snapshot) => {
    try {
      publish(change, snapshot);
    } catch (error) {
      onError(error);
    }
  });

  return Object.freeze({
    open: (outlet: Outlet, sessionOptions: SessionOptions) => openSession(tools, outlet, sessionOptions),
    log,
    count: following.count,
    async close() {
      release();
      await fanOut.close(limits.shutdownSeconds * 1000);
      pacing.close();
    },
  });
}

/** The position that was given last; before the first, one that nothing precedes. */
function latestOf({ tables }: Snapshot, epoch: string): string {
  const sequenceOf = (position: string) => readPosition(position)?.sequence ?? 0;
  const positions = [...tables.values()].flatMap(({ position }) => position ?? []);
  return positions.sort((a, b) => sequenceOf(b) - sequenceOf(a))[0] ?? `${epoch}.0.`;
}
