// presence → who follows a table, and from now on who comes and goes, if that is wanted.

import { nearest } from '../../../problem.ts';
import { quote } from '../../frames/client-frame.ts';
import type { Presence } from '../../frames/client-frames.ts';
import { ALL, type Member } from '../subscription.ts';
import { type Answer, type Desk, refuse } from './operation.ts';

/** Names the member, begins or ends what it watches, then counts who follows. */
export function presence(desk: Desk, member: Member, frame: Presence): Answer {
  const { table, name, watch } = frame;
  const { tables } = desk.catalog.current();
  const { isFollowed, isWatched } = desk.presence;
  if (table !== ALL && !tables.has(table) && !isFollowed(table) && !isWatched(member, table)) {
    return refuse('unknown-table', `There is no table ${quote(table)}.`, nearest(table, tables.keys()));
  }
  if (watch !== undefined) {
    const { id } = frame;
    if ((typeof id !== 'string' && !Number.isSafeInteger(id)) || id === '')
      return refuse(
        'invalid-frame',
        'To watch who comes and goes, a presence needs an id: a text or a whole number.',
      );
    const { subscriptionsPerSocket } = desk.limits;
    if (watch && desk.presence.watchCount(member) >= subscriptionsPerSocket)
      return refuse('too-many-requests', `This socket watches ${subscriptionsPerSocket} tables already.`);
    if (name !== undefined) desk.presence.rename(member, name);
    desk.presence.watch(member, table, id as string | number, watch);
  } else if (name !== undefined) desk.presence.rename(member, name);
  return { reply: { type: 'presence', table, ...desk.presence.ask(table) } };
}
