// One WebSocket → frames in, one at a time, and frames out, within the feed's limits.

import type { WebSocket } from 'ws';
import type { Limits } from './limits.ts';

/** Where frames of the server go; both do nothing once the socket closes. */
export type Outlet = Readonly<{
  send: (frame: Buffer) => void;
  close: (code: number, reason: string) => void;
}>;

/** Close codes (RFC 6455, section 7.4.1, and the IANA registry). */
export const CLOSE = Object.freeze({ goingAway: 1001, policy: 1008, failed: 1011, tryAgainLater: 1013 });

/**
 * Holds a socket to the limits: what it sends too fast or does not read in time closes it, and silence on a ping cuts
 * it. Attaches its listeners at once, so that no frame is missed.
 * @param onFrame takes a client's frame
 */
export function holdSocket(
  ws: WebSocket,
  limits: Limits,
  onFrame: (data: Buffer, isBinary: boolean) => void,
): Outlet {
  const close = (code: number, reason: string) => ws.close(code, reason);
  const send = (frame: Buffer) => {
    if (ws.readyState !== ws.OPEN) return;
    // A frame by itself may be longer than the budget: it goes to whoever has read all that came before.
    const isTooMuch = ws.bufferedAmount > 0 && ws.bufferedAmount + frame.length > limits.pendingBytes;
    if (isTooMuch)
      close(CLOSE.tryAgainLater, `Too slow: more than ${limits.pendingBytes} bytes wait to be read.`);
    else ws.send(frame, { binary: false });
  };

  const take = rateCap(limits.frameBurst, limits.framesPerSecond);
  const isTaken = () => {
    if (ws.readyState !== ws.OPEN) return false;
    if (take()) return true;
    close(CLOSE.policy, `Too many frames: more than ${limits.framesPerSecond} a second.`);
    return false;
  };
  ws.on('message', (data, isBinary) => {
    if (isTaken()) onFrame(data as Buffer, isBinary);
  });
  ws.on('ping', isTaken);
  keepAlive(ws, limits);
  return Object.freeze({ send, close });
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

/** Pings for as long as the socket lives, and cuts it when no pong comes. */
function keepAlive(ws: WebSocket, { pingSeconds, pongSeconds }: Limits): void {
  let deadline: NodeJS.Timeout | undefined;
  const timer = setInterval(() => {
    if (ws.readyState !== ws.OPEN) return;
    ws.ping();
    deadline ??= setTimeout(() => ws.terminate(), pongSeconds * 1000);
  }, pingSeconds * 1000);
  ws.on('pong', () => {
    clearTimeout(deadline);
    deadline = undefined;
  });
  ws.once('close', () => {
    clearInterval(timer);
    clearTimeout(deadline);
  });
}
