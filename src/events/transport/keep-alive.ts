// Connections that may have died in silence → pings spread over time, by one timer for all of them.

/** Members that each have their turn once in a while. */
export type Wheel<Member> = Readonly<{
  add: (member: Member) => void;
  remove: (member: Member) => void;
  close: () => void;
}>;

/** How often the timer rings at most, in ms. */
const TICK_MS = 1000;

/**
 * Gives every member its turn about once in `everyMs`, the same number of them at each ring of the timer: members that
 * came together are spread all the same. Time in which the process was busy does not count.
 * @param onTick is called before the turns of each ring
 */
export function openWheel<Member>(
  everyMs: number,
  tickMs: number,
  take: (member: Member) => void,
  onTick: () => void = () => {},
): Wheel<Member> {
  /** Whose turn is next stands first. */
  const members = new Set<Member>();
  let turns = 0;
  const timer = setInterval(() => {
    onTick();
    turns = Math.min(members.size, turns + (members.size * tickMs) / everyMs);
    for (const member of members) {
      if (turns < 1) break;
      turns--;
      members.delete(member);
      members.add(member);
      take(member);
    }
  }, tickMs).unref();
  return Object.freeze({
    add: (member: Member) => void members.add(member),
    remove: (member: Member) => void members.delete(member),
    close: () => clearInterval(timer),
  });
}

/** A socket that can be pinged. */
export type Pinged = Readonly<{ ping: () => void; terminate: () => void }>;

/** Pings members, and cuts those that do not answer. */
export type KeepAlive<Socket> = Wheel<Socket> & Readonly<{ heard: (socket: Socket) => void }>;

/** Pings every socket about once in `pingMs`, and terminates those from which no pong comes within `pongMs`. */
export function openKeepAlive<Socket extends Pinged>(pingMs: number, pongMs: number): KeepAlive<Socket> {
  const tickMs = ringsOf(Math.min(pingMs, pongMs));
  const patience = Math.ceil(pongMs / tickMs);
  /** Those that owe a pong, and the tick at which they are cut: the first to be cut stands first. */
  const awaited = new Map<Socket, number>();
  let tick = 0;
  const wheel = openWheel<Socket>(
    pingMs,
    tickMs,
    (socket) => {
      if (!awaited.has(socket)) awaited.set(socket, tick + patience);
      socket.ping();
    },
    () => {
      tick++;
      for (const [socket, deadline] of awaited) {
        if (deadline > tick) break;
        awaited.delete(socket);
        socket.terminate();
      }
    },
  );
  return Object.freeze({
    ...wheel,
    heard: (socket: Socket) => void awaited.delete(socket),
    remove(socket: Socket) {
      wheel.remove(socket);
      awaited.delete(socket);
    },
  });
}

/** How often to ring for something that happens in so many ms. */
export function ringsOf(milliseconds: number): number {
  return Math.max(1, Math.min(TICK_MS, milliseconds / 5));
}
