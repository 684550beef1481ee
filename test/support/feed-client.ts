// A client of the feed that misses no frame, and holds every one against the schemas that the server publishes.
import { once } from 'node:events';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { WebSocket } from 'ws';
import { SERVER_FRAMES } from '../../src/events/frames/frames.ts';

const DEADLINE_MS = 10_000;

const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true, strict: true, strictTypes: false });
formats.default(ajv);
const validators = new Map([...SERVER_FRAMES].map(([type, schema]) => [type, ajv.compile(schema)]));

// biome-ignore lint/suspicious/noExplicitAny: frames are compared with expectations; the schemas check their shape.
export type Frame = any;

export type FeedClient = Readonly<{
  ws: WebSocket;
  /** The next frame, or the next one that fits; those before it are passed over. Fails after a deadline. */
  next: (fits?: (frame: Frame) => boolean) => Promise<Frame>;
  /** Sends a value as JSON, or a text or bytes as they are. */
  send: (frame: object | string | Buffer) => void;
  /** Fails unless nothing is waiting and the answer to a ping is the next frame. */
  expectNothing: () => Promise<void>;
  /** The texts of all frames so far. */
  received: readonly string[];
  closed: Promise<Readonly<{ code: number; reason: string }>>;
  [Symbol.asyncDispose]: () => Promise<void>;
}>;

/** Connects, and resolves once the socket is open. Fails if the upgrade is refused. */
export async function connectFeed(url: string): Promise<FeedClient> {
  const ws = new WebSocket(url);
  const received: string[] = [];
  const queue: Frame[] = [];
  let failure: Error | null = null;
  let wake = () => {};

  ws.on('message', (data, isBinary) => {
    const text = String(data);
    received.push(text);
    try {
      if (isBinary) throw new Error('a binary frame');
      queue.push(checkFrame(text));
    } catch (error) {
      failure ??= error as Error;
    }
    wake();
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    ws.once('close', (code, reason) => {
      resolve({ code, reason: String(reason) });
      failure ??= new Error(`closed with ${code} ${reason}`);
      wake();
    });
  });
  await once(ws, 'open');
  ws.on('error', (error) => {
    failure ??= error;
  });

  const next = async (fits: (frame: Frame) => boolean = () => true): Promise<Frame> => {
    const end = performance.now() + DEADLINE_MS;
    for (;;) {
      while (queue.length > 0) {
        const frame = queue.shift();
        if (fits(frame)) return frame;
      }
      if (failure !== null) throw failure;
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error('no such frame in time')), end - performance.now());
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  };
  const send = (frame: object | string | Buffer) =>
    ws.send(typeof frame === 'string' || Buffer.isBuffer(frame) ? frame : JSON.stringify(frame));
  let pings = 0;
  return {
    ws,
    next,
    send,
    received,
    closed,
    async expectNothing() {
      const id = `barrier ${++pings}`;
      send({ op: 'ping', id });
      const frame = await next();
      if (frame.type !== 'pong' || frame.id !== id) throw new Error(`unexpected: ${JSON.stringify(frame)}`);
    },
    async [Symbol.asyncDispose]() {
      ws.terminate();
      if (ws.readyState !== ws.CLOSED) await closed;
    },
  };
}

/** Reads a frame and holds it against the schema of its type. */
export function checkFrame(text: string): Frame {
  const frame: Frame = JSON.parse(text);
  const validate = validators.get(frame.type);
  if (validate === undefined) throw new Error(`no schema for ${text.slice(0, 200)}`);
  if (!validate(frame)) throw new Error(`${ajv.errorsText(validate.errors)}: ${text.slice(0, 2000)}`);
  return frame;
}
