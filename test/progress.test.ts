// What a person is told of loads that take long: on a terminal one line that changes, elsewhere a line now and then.
import { describe, expect, test } from 'vitest';
import { openProgressLine, size } from '../src/progress.ts';

/** A line on a clock that only the test moves. */
function line(isTerminal: boolean) {
  let time = 0;
  const timers: { at: number; call: () => void }[] = [];
  const written: string[] = [];
  const progress = openProgressLine({
    write: (text) => written.push(text),
    isTerminal,
    now: () => time,
    later: (call, ms) => {
      const timer = { at: time + ms, call };
      timers.push(timer);
      return () => void timers.splice(timers.indexOf(timer), 1);
    },
  });
  const pass = (ms: number) => {
    time += ms;
    for (const timer of timers.filter(({ at }) => at <= time)) {
      timers.splice(timers.indexOf(timer), 1);
      timer.call();
    }
  };
  return { progress, pass, written };
}

const LOAD = { path: 'big.csv', bytes: 2_100_000_000 };

describe('on a terminal', () => {
  test('a bar that moves, and a line at the end', () => {
    const { progress, pass, written } = line(true);
    progress.take({ ...LOAD, share: 0 });
    pass(500);
    progress.take({ ...LOAD, share: 0.25 });
    expect(written).toEqual([]);
    pass(500);
    progress.take({ ...LOAD, share: 0.5 });
    pass(1000);
    progress.take({ ...LOAD, share: null });
    expect(written).toEqual([
      '\r\x1b[2K[######..................] Reading big.csv: 25 % of 2.1 GB',
      '\r\x1b[2K[############............] Reading big.csv: 50 % of 2.1 GB',
      '\r\x1b[2K',
      'Read big.csv, 2.1 GB, in 2.0 s.\n',
    ]);
  });

  test('what else is printed finds an empty line', () => {
    const { progress, pass, written } = line(true);
    progress.take({ ...LOAD, share: 0 });
    pass(1000);
    progress.clear();
    progress.clear();
    expect(written.slice(1)).toEqual(['\r\x1b[2K']);
  });
});

describe('elsewhere', () => {
  test('a line at once and every ten seconds', () => {
    const { progress, pass, written } = line(false);
    progress.take({ ...LOAD, share: 0 });
    pass(1000);
    for (const share of [0.1, 0.2, 0.3]) {
      pass(5000);
      progress.take({ ...LOAD, share });
    }
    progress.take({ ...LOAD, share: null });
    expect(written).toEqual([
      'Reading big.csv: 0 % of 2.1 GB\n',
      'Reading big.csv: 20 % of 2.1 GB\n',
      'Read big.csv, 2.1 GB, in 16.0 s.\n',
    ]);
  });
});

test('a load of less than a second is not told', () => {
  const { progress, pass, written } = line(true);
  progress.take({ ...LOAD, share: 0 });
  pass(900);
  progress.take({ ...LOAD, share: null });
  pass(5000);
  progress.take({ ...LOAD, share: null });
  expect(written).toEqual([]);
});

test.for([
  [999, '999 bytes'],
  [93_400_000, '93 MB'],
  [5200, '5 kB'],
  [2_100_000_000, '2.1 GB'],
] as const)('%d bytes are %s', ([bytes, said]) => expect(size(bytes)).toBe(said));
