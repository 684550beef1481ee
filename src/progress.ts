// Loads of files as they go on → what a person is told of those that take longer than a second.

/** A load that begins, goes on or ends. `share` is how much has been read, from 0 to 1; null: it has ended. */
export type Progress = Readonly<{ path: string; bytes: number; share: number | null }>;

export type ProgressLine = Readonly<{
  take: (progress: Progress) => void;
  /** Takes the line off the terminal, so that something else can be printed. */
  clear: () => void;
}>;

type ProgressOptions = Readonly<{
  write: (text: string) => void;
  /** A terminal has one line that changes; elsewhere there is a line now and then. */
  isTerminal: boolean;
  /** A clock, in ms. */
  now: () => number;
  /** Calls later; what it returns calls it off. */
  later: (call: () => void, ms: number) => () => void;
}>;

/** Loads that are shorter than this, in ms, are not told. */
const SHORT = 1000;
/** Where there is no terminal, a load is told of so often, in ms. */
const EVERY = 10_000;
const BAR = 24;
const CLEAR = '\r\x1b[2K';

type Load = {
  readonly begun: number;
  bytes: number;
  share: number;
  toldAt: number | null;
  callOff: () => void;
};

/** Opens the line. It holds no process up. */
export function openProgressLine({ write, isTerminal, now, later }: ProgressOptions): ProgressLine {
  const loads = new Map<string, Load>();
  let isShown = false;

  const clear = () => {
    if (isShown) write(CLEAR);
    isShown = false;
  };
  const tell = (path: string, load: Load) => {
    if (isTerminal) {
      write(`${CLEAR}${bar(load.share)} ${describe(path, load)}`);
      isShown = true;
    } else if (load.toldAt === null || now() - load.toldAt >= EVERY) write(`${describe(path, load)}\n`);
    else return;
    load.toldAt = now();
  };
  const begin = (path: string, bytes: number): Load => {
    const callOff = later(() => {
      const load = loads.get(path);
      if (load !== undefined) tell(path, load);
    }, SHORT);
    return { begun: now(), bytes, share: 0, toldAt: null, callOff };
  };
  const end = (path: string, load: Load) => {
    load.callOff();
    loads.delete(path);
    if (load.toldAt === null) return;
    clear();
    const seconds = ((now() - load.begun) / 1000).toFixed(1);
    write(`Read ${path}, ${size(load.bytes)}, in ${seconds} s.\n`);
  };

  return Object.freeze({
    take({ path, bytes, share }: Progress) {
      const known = loads.get(path);
      if (share === null) {
        if (known !== undefined) end(path, known);
        return;
      }
      const load = known ?? begin(path, bytes);
      loads.set(path, load);
      load.share = share;
      if (load.toldAt !== null) tell(path, load);
    },
    clear,
  });
}

function describe(path: string, { bytes, share }: Load): string {
  return `Reading ${path}: ${Math.floor(share * 100)} % of ${size(bytes)}`;
}

function bar(share: number): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * BAR);
  return `[${'#'.repeat(full)}${'.'.repeat(BAR - full)}]`;
}

/** Bytes as a person says them: `93 MB`, `2.1 GB`. */
export function size(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  if (bytes >= 1e6) return `${Math.round(bytes / 1e6)} MB`;
  return bytes >= 1e3 ? `${Math.round(bytes / 1e3)} kB` : `${bytes} bytes`;
}
