// One WebSocket → frames in, one at a time, and frames out, within the feed's limits.

import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { Limits } from '../frames/limits.ts';
import { whenDrained } from './drain.ts';
import type { KeepAlive } from './keep-alive.ts';
import type { Outlet, Sent } from './outlet.ts';
import type { FrameText } from './text-frame.ts';

/** Close codes (RFC 6455, section 7.4.1, and the IANA registry). */
export const CLOSE = Object.freeze({ goingAway: 1001, policy: 1008, failed: 1011, tryAgainLater: 1013 });

/** What all sockets of a feed share. */
export type SocketRules = Readonly<{
  limits: Limits;
  keepAlive: KeepAlive<WebSocket>;
  frame: FrameText;
  compressors: Compressors;
}>;

/** How many sockets have a compressor, which they keep to their end. */
export type Compressors = { count: number };
/** Compressors that may be there at once: about 50 KiB each. */
const MOST_COMPRESSORS = 1000;

/** Who takes what a client sends, and hears of its end. */
export type Receiver = Readonly<{ receive: (data: Buffer, isBinary: boolean) => void; end: () => void }>;

const TEXT = Object.freeze({ binary: false, compress: false });
const COMPRESSED = Object.freeze({ binary: false, compress: true });

/**
 * Holds a socket to the limits: what it sends too fast or does not read in time closes it, and silence on a ping cuts
 * it. Attaches its listeners at once, so that no frame is missed.
 * @param raw the connection below the socket
 * @param open takes the outlet, and gives who takes the client's frames
 */
export function holdSocket(
  ws: WebSocket,
  raw: Socket,
  { limits, keepAlive, frame, compressors }: SocketRules,
  open: (outlet: Outlet) => Receiver,
): void {
  const isOpen = () => ws.readyState === ws.OPEN;
  const pending = () => ws.bufferedAmount;
  let hasCompressor = false;
  /** Frames that are being compressed: those that come after wait behind them. */
  let deflating = 0;
  const mayCompress = ({ bytes, isShared }: Sent) => {
    if (isShared || bytes.length < limits.deflateBytes || ws.extensions === '') return false;
    if (hasCompressor) return true;
    if (compressors.count >= MOST_COMPRESSORS) return false;
    compressors.count++;
    hasCompressor = true;
    return true;
  };
  const outlet: Outlet = Object.freeze({
    pending,
    send(sent: Sent) {
      if (ws.readyState !== ws.OPEN) return;
      const waiting = ws.bufferedAmount;
      // A frame by itself may be longer than the budget: it goes to whoever has read all that came before.
      if (waiting > 0 && waiting + sent.bytes.length > limits.pendingBytes) {
        const reason = `Too slow: more than ${limits.pendingBytes} bytes wait to be read.`;
        ws.close(CLOSE.tryAgainLater, reason);
      } else if (mayCompress(sent)) {
        deflating++;
        ws.send(sent.bytes, COMPRESSED, () => deflating--);
      } else if (deflating > 0) ws.send(sent.bytes, TEXT);
      else raw.write(frame(sent));
    },
    whenDrained: (then: () => void) => whenDrained(raw, pending, isOpen, then),
    close: (code: number, reason: string) => ws.close(code, reason),
  });

  const receiver = open(outlet);
  let take: (() => boolean) | null = null;
  const isTaken = () => {
    if (!isOpen()) return false;
    take ??= rateCap(limits.frameBurst, limits.framesPerSecond);
    if (take()) return true;
    ws.close(CLOSE.policy, `Too many frames: more than ${limits.framesPerSecond} a second.`);
    return false;
  };
  ws.on('message', (data, isBinary) => {
    if (isTaken()) receiver.receive(data as Buffer, isBinary);
  });
  ws.on('ping', isTaken);
  ws.on('pong', () => keepAlive.heard(ws));
  ws.once('close', () => {
    keepAlive.remove(ws);
    if (hasCompressor) compressors.count--;
    receiver.end();
  });
  keepAlive.add(ws);
}

/** Tells for each frame whether it is still within the rate: a bucket that fills again with time. */
function rateCap(burst: number, perSecond: number): () => boolean {
  let room = burst;
  let last = performance.now();
  return () => {
    const now = performance.now();
    room = Math.min(burst, room + ((now - last) * perSecond) / 1000);
    last = now;
    if (room < 1) return false;
    room -= 1;
    return true;
  };
}
