// A text message → the bytes of its WebSocket frame (RFC 6455, section 5.2), made once for everybody who gets it.

import type { Sent } from './outlet.ts';

export type FrameText = (sent: Sent) => Buffer;

/** The first byte of a text message in one frame. */
const FINAL_TEXT = 0x81;

/** Remembers the frame of the last message that many get: deliveries come one message after the other. */
export function openFramer(): FrameText {
  let last: Sent | null = null;
  let frame: Buffer = Buffer.alloc(0);
  return (sent) => {
    if (sent === last) return frame;
    if (!sent.isShared) return frameText(sent.bytes);
    frame = frameText(sent.bytes);
    last = sent;
    return frame;
  };
}

/** Servers do not mask. */
function frameText(text: Buffer): Buffer {
  const { length } = text;
  const start = length < 126 ? 2 : length < 0x10000 ? 4 : 10;
  const frame = Buffer.allocUnsafe(start + length);
  frame[0] = FINAL_TEXT;
  if (start === 2) frame[1] = length;
  else if (start === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.set(text, start);
  return frame;
}
