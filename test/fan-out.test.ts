// Deliveries in slices: what is pushed in one tick, to whom nothing is sent anyway, and at the end.
import { describe, expect, test } from 'vitest';
import { openFanOut } from '../src/events/hub/fan-out.ts';
import type { Sent } from '../src/events/transport/outlet.ts';

const SENT: Sent = Object.freeze({ bytes: Buffer.from('{}'), id: null, isShared: false });

/** Keeps the processor busy. */
function work(milliseconds: number): void {
  for (const end = performance.now() + milliseconds; performance.now() < end; );
}

const fail = (error: unknown) => {
  throw error;
};

describe('a fan-out', () => {
  test('gives one slice to all that is pushed in a tick', async () => {
    const fanOut = openFanOut<number>(fail);
    const delivered: number[] = [];
    const deliver = (recipient: number) => {
      work(1);
      delivered.push(recipient);
    };
    const start = performance.now();
    for (let at = 0; at < 100; at++) fanOut.push({ make: () => SENT, deliver, bytes: 1 }, [at]);
    expect(performance.now() - start).toBeLessThan(50);
    expect(delivered.length).toBeLessThan(50);
    await fanOut.close(5000);
    expect(delivered).toEqual(Array.from({ length: 100 }, (_, at) => at));
  });

  test('makes nothing that all go without', async () => {
    const fanOut = openFanOut<number>(fail);
    let made = 0;
    const delivered: number[] = [];
    const turn = {
      make: () => {
        made++;
        return SENT;
      },
      deliver: (recipient: number) => delivered.push(recipient),
      isSpared: (recipient: number) => recipient < 3,
      bytes: 1,
    };
    fanOut.push(turn, [1, 2]);
    expect([made, delivered]).toEqual([0, []]);
    fanOut.push(turn, [1, 2, 3]);
    expect([made, delivered]).toEqual([1, [1, 2, 3]]);
    await fanOut.close(1000);
  });

  test('ends in time, whatever waits, and lets others go on until then', async () => {
    const fanOut = openFanOut<number>(fail);
    let delivered = 0;
    const deliver = () => {
      work(1);
      delivered++;
    };
    const many = Array.from({ length: 2000 }, (_, at) => at);
    fanOut.push({ make: () => SENT, deliver, bytes: 1 }, many);
    let longest = 0;
    let last = performance.now();
    const watch = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 1);
    const start = performance.now();
    await fanOut.close(100);
    clearInterval(watch);
    expect(performance.now() - start).toBeLessThan(400);
    expect(longest).toBeLessThan(100);
    const then = delivered;
    expect(then).toBeGreaterThan(20);
    expect(then).toBeLessThan(2000);
    fanOut.push({ make: () => SENT, deliver, bytes: 1 }, many);
    expect(delivered).toBe(then);
  });
});
