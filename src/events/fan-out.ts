// Frames and who gets each → deliveries in order, a few milliseconds of them at a time.

/** Who takes frames; `deliver` does not wait. */
export type Recipient = Readonly<{ deliver: (frame: Buffer) => void }>;

export type FanOut = Readonly<{
  /** Delivers a frame to each recipient, after all frames that were pushed before: at once, if none is waiting. */
  push: (frame: Buffer, recipients: readonly Recipient[]) => void;
  /** Drops what is waiting. */
  close: () => void;
}>;

/** How long deliveries may keep everything else waiting: two thousand sockets take a hundred times as long. */
const SLICE_MS = 5;
/** When more waits than this, all of it is delivered at once: whoever makes frames faster than they go out waits. */
const MOST_WAITING_BYTES = 16 * 1024 * 1024;

/** @param onError takes what a recipient throws; the others get their frames all the same */
export function openFanOut(onError: (error: unknown) => void): FanOut {
  let queue: Readonly<{ frame: Buffer; recipients: readonly Recipient[] }>[] = [];
  let waitingBytes = 0;
  let nextRecipient = 0;
  let later: NodeJS.Immediate | null = null;

  const drain = (end: number) => {
    for (let turn = queue[0]; turn !== undefined; turn = queue[0]) {
      const { frame, recipients } = turn;
      while (nextRecipient < recipients.length) {
        if (performance.now() > end) {
          later ??= setImmediate(goOn);
          return;
        }
        deliver(recipients[nextRecipient++] as Recipient, frame, onError);
      }
      queue.shift();
      waitingBytes -= frame.length;
      nextRecipient = 0;
    }
  };
  const goOn = () => {
    later = null;
    drain(performance.now() + SLICE_MS);
  };

  return Object.freeze({
    push(frame: Buffer, recipients: readonly Recipient[]) {
      queue.push({ frame, recipients });
      waitingBytes += frame.length;
      if (waitingBytes > MOST_WAITING_BYTES) drain(Number.POSITIVE_INFINITY);
      else if (later === null) goOn();
    },
    close() {
      if (later !== null) clearImmediate(later);
      queue = [];
    },
  });
}

function deliver(recipient: Recipient, frame: Buffer, onError: (error: unknown) => void): void {
  try {
    recipient.deliver(frame);
  } catch (error) {
    onError(error);
  }
}
