// Changes of the catalog → frames for whoever follows them; knows subscriptions, and nothing of how frames travel.

import type { Catalog, Change, Snapshot } from '../catalog.ts';
import { eventsOf, frameOf, tableOf } from './event.ts';
import { openFanOut, type Recipient } from './fan-out.ts';

/** Somebody who gets events. The bytes of a frame are shared: they must not be written to. */
export type Subscriber = Recipient &
  Readonly<{
    /** The ids of the subscriptions that want a table's events; none: the events are not for this subscriber. */
    subscriptionsTo: (table: string) => readonly string[];
  }>;

/** What a subscriber has while it follows. */
export type Following = Readonly<{
  /** Delivers one more frame to this subscriber, after the events that were published before. */
  tell: (frame: Buffer) => void;
  end: () => void;
}>;

export type Hub = Readonly<{
  /** Delivers every event from now on. */
  follow: (subscriber: Subscriber) => Following;
  /** Lets go of the catalog and of all subscribers. */
  close: () => void;
}>;

type HubOptions = Readonly<{
  catalog: Catalog;
  /** The clock. */
  now: () => Date;
  changeBytes: number;
  onError: (error: unknown) => void;
}>;

/**
 * Opens a hub on a catalog. Who gets an event is settled within the catalog's swap: whoever reads the catalog and
 * follows in the same tick misses nothing and gets nothing twice. What fails here never reaches the catalog, nor one
 * subscriber what fails at another.
 */
export function openHub({ catalog, now, changeBytes, onError }: HubOptions): Hub {
  const subscribers = new Set<Subscriber>();
  const fanOut = openFanOut(onError);

  const publish = (change: Change, snapshot: Snapshot) => {
    const groups = groupBySubscriptions(subscribers, tableOf(change));
    if (groups.length === 0) return;
    for (const event of eventsOf(change, snapshot, now(), changeBytes)) {
      for (const { ids, members } of groups) fanOut.push(frameOf(event, ids), members);
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
    follow(subscriber: Subscriber) {
      subscribers.add(subscriber);
      const self = [subscriber];
      return Object.freeze({
        tell: (frame: Buffer) => fanOut.push(frame, self),
        end: () => void subscribers.delete(subscriber),
      });
    },
    close() {
      release();
      subscribers.clear();
      fanOut.close();
    },
  });
}

type Group = Readonly<{ ids: readonly string[]; members: Subscriber[] }>;

/** Those who want a table's events; who has the same subscriptions gets the same bytes. */
function groupBySubscriptions(subscribers: Iterable<Subscriber>, table: string): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const subscriber of subscribers) {
    const ids = subscriber.subscriptionsTo(table);
    if (ids.length === 0) continue;
    const name = JSON.stringify(ids);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, { ids, members: [subscriber] });
    else group.members.push(subscriber);
  }
  return [...groups.values()];
}
