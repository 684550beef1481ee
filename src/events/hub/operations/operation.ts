// What every operation of a client is given, and what it answers.

import type { Catalog } from '../../../catalog.ts';
import type { ProblemCode } from '../../../problem.ts';
import type { Indexes } from '../../../query/indexes.ts';
import type { Reply } from '../../frames/frames.ts';
import type { Limits } from '../../frames/limits.ts';
import type { EventLog } from '../../history/log.ts';
import type { Following } from '../following.ts';
import type { Presence } from '../presence.ts';
import type { Member } from '../subscription.ts';

/** What operations work on. */
export type Desk = Readonly<{
  catalog: Catalog;
  limits: Limits;
  log: EventLog;
  following: Following;
  presence: Presence;
  indexes: Indexes;
}>;

/** The one reply, and what begins when it has been sent. */
export type Answer = Readonly<{ reply: Reply; whenTold?: () => void }>;

/** Answers a frame that fits the schema of its `op`. */
export type Operation<Frame> = (desk: Desk, member: Member, frame: Frame) => Answer;

/** Refuses what a frame asks for. */
export function refuse(code: ProblemCode, message: string, nearest?: string): Answer {
  return { reply: { type: 'error', code, message, ...(nearest === undefined ? {} : { nearest }) } };
}
