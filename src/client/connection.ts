// The address of a server → its frames, over as many connections as it takes.

import type { Holding } from './types.ts';

/** What one does with a connection; without names of members, as these are not shortened. */
type Connection = readonly [
  /** Connects; after `pause` once more. */
  open: () => void,
  /** Sends a frame, unless there is no connection now. */
  send: (frame: object) => void,
  /** Lets go of the connection, and makes no other. */
  pause: () => void,
  /** Lets go of the connection, and makes another after a while. */
  retry: () => void,
  /** Says that the connection is good: the next pause is the shortest again. */
  praise: () => void,
];

/** RFC 6455, section 7.4.1: the server shuts down. */
const GOING_AWAY = 1001;
const OPEN = 1;
/** The first pause between two connections, and the last ones: at least so long, and at most twice as long. */
const RETRY_MS = 125;
const LAST_RETRY_MS = 5000;

/**
 * Holds a connection. A silence is broken by a ping, as browsers show none of the protocol's own; who does not answer
 * is left. Pauses between connections double, with jitter, and the first one after a shutdown is none.
 * @param onOpen is called at the beginning of each connection
 * @param onFrame takes each frame and the length of its text
 */
export function holdConnection<Frame>(
  url: string | URL,
  options: Holding,
  onOpen: () => void,
  onFrame: (frame: Frame, length: number) => void,
): Connection {
  const { idleMs = 10_000, answerMs = 5_000 } = options;
  // No subscription is implied: `table=` names none.
  const address = String(url)
    .replace(/^http/, 'ws')
    .replace(/(\/ws)?\/*$/, '/ws?table=');
  let socket: WebSocket | undefined;
  let timer: ReturnType<typeof setTimeout>;
  let failures = 0;

  const send = (frame: object) => {
    if (socket?.readyState === OPEN) socket.send(JSON.stringify(frame));
  };
  const pause = () => {
    clearTimeout(timer);
    const left = socket;
    socket = undefined;
    left?.close();
  };
  const retry = (end?: Readonly<{ code?: number }>) => {
    pause();
    const least =
      end?.code === GOING_AWAY && !failures ? 0 : Math.min(LAST_RETRY_MS, RETRY_MS * 2 ** failures);
    failures++;
    timer = setTimeout(open, least * (1 + Math.random()));
  };
  const listen = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      send({ op: 'ping' });
      timer = setTimeout(retry, answerMs);
    }, idleMs);
  };
  const open = () => {
    pause();
    const own = new (options.WebSocket ?? WebSocket)(address);
    socket = own;
    timer = setTimeout(retry, answerMs);
    const on = (name: string, act: (event: MessageEvent & CloseEvent) => void) =>
      own.addEventListener(name, (event) => {
        if (socket === own) act(event as MessageEvent & CloseEvent);
      });
    on('open', () => {
      listen();
      onOpen();
    });
    on('message', ({ data }) => {
      listen();
      onFrame(JSON.parse(data), data.length);
    });
    on('close', retry);
    on('error', retry);
  };
  const praise = () => {
    failures = 0;
  };
  return [open, send, pause, retry, praise];
}
