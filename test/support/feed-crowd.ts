// Clients of the feed that come and go, over WebSockets and event streams, and fold whatever they are told.

import { get, type IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import type { Frame } from './feed-client.ts';
import { checkFrame } from './feed-client.ts';
import { type Bookmark, Follower, type Versions, type Wanted } from './feed-follower.ts';

/** How a client follows: with frames of its own, or by the URL of a table. */
export type Kind = 'frames' | 'socket' | 'stream';

export type Where = Readonly<{
  /** `127.0.0.1:1234` */
  address: string;
  /** This run of the server, as its positions begin. */
  epoch: string;
  /** Whether everything that ever happened is kept. */
  keepsAll: boolean;
}>;

type Asked = Readonly<{ follower: Follower; since: boolean; snapshot: boolean; mustRecover: boolean }>;

/** One client; lives on while it is not connected. */
export class FeedPerson {
  readonly kind: Kind;
  readonly #versions: Versions;
  readonly followers = new Map<string | number, Follower>();
  /** Those whose reply is still to come. */
  readonly #asked = new Map<string | number, Asked>();
  /** Subscriptions that were ended: their events may still be on the way. */
  readonly #ended = new Set<string | number>();
  readonly failures: string[] = [];
  /** The last of what came, for a person who looks for a fault. */
  readonly journal: string[] = [];
  #ws: WebSocket | null = null;
  #stream: IncomingMessage | null = null;
  #pongs = 0;
  #numbers = 0;

  constructor(kind: Kind, versions: Versions) {
    this.kind = kind;
    this.#versions = versions;
  }

  get isConnected(): boolean {
    return this.#ws !== null || this.#stream !== null;
  }

  /** Whether every request has its reply. */
  get isAnswered(): boolean {
    return this.#asked.size === 0;
  }

  /** Connects, and asks for what it followed before, since where it was; `back` so many events earlier. */
  async connect(where: Where, back = 0): Promise<void> {
    if (this.isConnected) return;
    if (this.kind === 'frames') {
      await this.#open(`ws://${where.address}/ws?table=`, () => {});
      for (const follower of [...this.followers.values()]) this.#subscribe(follower, where, back, false);
      return;
    }
    const follower = this.followers.get('url');
    if (follower === undefined) return;
    const bookmark = pick(follower, back);
    if (bookmark !== undefined) follower.goBack(bookmark);
    if (bookmark !== undefined) follower.bookmark(bookmark.since);
    const query = follower.wanted.query ?? '';
    const path = `/api/${follower.wanted.table}?${query}`;
    const begin = (position: string | null) => {
      if (bookmark !== undefined) return;
      follower.readAt(follower.wanted.table, position);
      if (position !== null) follower.bookmark(position);
    };
    if (this.kind === 'socket') {
      const since = bookmark === undefined ? '' : `&_since=${encodeURIComponent(bookmark.since)}`;
      await this.#open(`ws://${where.address}${path}${since}`, (hello) =>
        begin(hello.tables[0]?.position ?? null),
      );
    } else await this.#listen(`http://${where.address}${path}`, bookmark?.since, begin);
  }

  /** Follows something more. */
  follow(wanted: Wanted, where: Where, snapshot: boolean): void {
    if (this.kind !== 'frames') {
      // A URL says a table and a query, nothing else.
      if (this.followers.size > 0 || wanted.table === '*') return;
      const { table, query = '' } = wanted;
      const all = { table, query, events: null, changes: 'rows' } as const;
      this.followers.set('url', new Follower('url', all, this.#versions));
      return;
    }
    const number = ++this.#numbers;
    const id = number % 3 === 0 ? number : `s${number}`;
    const follower = new Follower(id, wanted, this.#versions);
    this.followers.set(id, follower);
    if (this.#ws !== null) this.#subscribe(follower, where, 0, snapshot);
  }

  unfollow(nth: number): void {
    const id = [...this.followers.keys()][nth % this.followers.size];
    if (id === undefined || this.kind !== 'frames') return;
    if (this.#asked.has(id)) return;
    this.followers.delete(id);
    if (this.#ws === null) return;
    this.#ended.add(id);
    this.#send({ op: 'unsubscribe', id });
  }

  /** Stops to read, or goes on. */
  pause(isPaused: boolean): void {
    if (this.#ws?.readyState === WebSocket.OPEN) isPaused ? this.#ws.pause() : this.#ws.resume();
    if (isPaused) this.#stream?.pause();
    else this.#stream?.resume();
  }

  /** Is gone, without a word. */
  drop(): void {
    const [ws, stream] = [this.#ws, this.#stream];
    [this.#ws, this.#stream] = [null, null];
    ws?.removeAllListeners();
    ws?.on('error', () => {});
    ws?.terminate();
    stream?.removeAllListeners();
    stream?.on('error', () => {});
    stream?.destroy();
    for (const { follower } of this.#asked.values())
      follower.bookmarks.splice(0, follower.bookmarks.length - 1);
    this.#asked.clear();
    this.#ended.clear();
  }

  /** Resolves once everything that was sent before is answered. */
  async ping(): Promise<void> {
    if (this.#ws === null) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const id = `ping ${++this.#pongs}`;
    this.#waiting.set(id, resolve);
    this.#ws.once('close', () => resolve());
    this.#send({ op: 'ping', id });
    await promise;
  }
  readonly #waiting = new Map<string, () => void>();

  #subscribe(follower: Follower, where: Where, back: number, snapshot: boolean): void {
    const { id, wanted } = follower;
    const { events, changes, ...rest } = wanted;
    const bookmark = pick(follower, back);
    if (bookmark !== undefined) follower.goBack(bookmark);
    if (bookmark !== undefined) follower.bookmark(bookmark.since);
    const since =
      bookmark === undefined ? undefined : follower.isOfAll ? follower.positions() : bookmark.since;
    const mustRecover = where.keepsAll && bookmark?.since.startsWith(`${where.epoch}.`) === true;
    this.#asked.set(id, { follower, since: since !== undefined, snapshot, mustRecover });
    this.#send({ op: 'subscribe', id, ...rest, ...(events && { events }), changes, since, snapshot });
  }

  #send(frame: object): void {
    this.journal.push(`> ${JSON.stringify(frame)}`);
    if (this.#ws?.readyState === WebSocket.OPEN) this.#ws.send(JSON.stringify(frame));
  }

  async #open(url: string, greet: (hello: Frame) => void): Promise<void> {
    const ws = new WebSocket(url, { perMessageDeflate: this.#numbers % 2 === 0 });
    ws.setMaxListeners(0);
    this.#ws = ws;
    this.journal.push(`connects to ${url}`);
    let isGreeted = false;
    ws.on('message', (data) => {
      this.#try(String(data), (frame) => {
        if (isGreeted) this.#take(frame);
        else if (frame.type !== 'hello') throw new Error('no hello');
        else greet(frame);
        isGreeted = true;
      });
    });
    await new Promise<void>((resolve) => {
      ws.once('open', resolve);
      ws.once('error', () => resolve());
      ws.once('close', () => {
        resolve();
        if (this.#ws === ws) this.drop();
      });
    });
  }

  #listen(url: string, since: string | undefined, begin: (position: string | null) => void): Promise<void> {
    this.journal.push(`listens to ${url} since ${since}`);
    const headers = { accept: 'text/event-stream', ...(since !== undefined && { 'last-event-id': since }) };
    return new Promise((resolve) => {
      const request = get(url, { headers, agent: false }, (response) => {
        if (response.statusCode !== 200) {
          response.resume();
          resolve();
          return;
        }
        this.#stream = response;
        let text = '';
        let isBegun = false;
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
          for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
            const block = text.slice(0, end);
            text = text.slice(end + 2);
            const id = /^id: (.*)$/m.exec(block)?.[1];
            const data = /^data: (.*)$/m.exec(block)?.[1];
            if (!isBegun) begin(id ?? null);
            isBegun = true;
            if (data === undefined) continue;
            this.#try(data, (frame) => {
              if (frame.id !== undefined && frame.type !== 'resync' && frame.id !== id)
                throw new Error(`id ${id}`);
              this.#take(frame);
            });
          }
        });
        response.once('error', () => {});
        response.once('close', () => {
          if (this.#stream === response) this.drop();
        });
        resolve();
      });
      request.once('error', () => resolve());
    });
  }

  #try(text: string, take: (frame: Frame) => void): void {
    this.journal.push(`< ${text}`);
    try {
      take(checkFrame(text));
    } catch (error) {
      this.failures.push(`${error instanceof Error ? error.message : error}\n  at ${text.slice(0, 600)}`);
    }
  }

  #take(frame: Frame): void {
    const { type, id } = frame;
    if (type === 'pong') return void this.#waiting.get(id)?.();
    if (type === 'unsubscribed') return void this.#ended.delete(id);
    if (type === 'subscribed') {
      const { follower, ...asked } = this.#asked.get(id) as Asked;
      this.#asked.delete(id);
      follower.subscribed(frame, asked);
      if (frame.recovered !== true && (frame.position || follower.isOfAll)) {
        follower.bookmarks.length = 0;
        follower.bookmark(frame.position ?? 'all');
      }
      return;
    }
    if (type === 'error') return void this.#refused(frame);
    if (type === 'snapshot') return void this.#follower(id)?.snapshot(frame);
    if (type === 'resync') return void this.#resync(this.#follower(id), frame);
    const ids: (string | number)[] = frame.data.subscriptions;
    if (ids.length === 0 || new Set(ids).size < ids.length) throw new Error('no ids, or one twice');
    for (const each of ids) this.#follower(each)?.event(frame);
  }

  #resync(follower: Follower | null, frame: Frame): void {
    if (follower === null) return;
    follower.resync(frame);
    follower.bookmarks.length = 0;
    if (frame.position !== null) follower.bookmark(frame.position);
  }

  #refused({ id, code, message }: Frame): void {
    const asked = this.#asked.get(id);
    if (asked === undefined) throw new Error(`${code}: ${message}`);
    if (code !== 'invalid-query' && code !== 'unknown-table') throw new Error(`${code}: ${message}`);
    asked.follower.count(code);
    this.#asked.delete(id);
    this.followers.delete(id);
  }

  #follower(id: string | number): Follower | null {
    if (this.#ended.has(id)) return null;
    const follower = this.followers.get(id);
    if (follower === undefined || this.#asked.has(id)) throw new Error(`nobody asked as ${id}`);
    return follower;
  }
}

/** The bookmark that lies so many events back, or the first. */
function pick({ bookmarks }: Follower, back: number): Bookmark | undefined {
  return bookmarks[Math.max(0, bookmarks.length - 1 - back)];
}
