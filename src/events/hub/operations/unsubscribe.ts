// unsubscribe → nothing more for that subscription.

import { nearest } from '../../../problem.ts';
import { quote } from '../../frames/client-frame.ts';
import type { Unsubscribe } from '../../frames/client-frames.ts';
import type { Member } from '../subscription.ts';
import { type Answer, type Desk, refuse } from './operation.ts';

/** Ends a subscription, also the one that the URL implied. */
export function unsubscribe({ following }: Desk, member: Member, { id }: Unsubscribe): Answer {
  const ended = member.subscriptions.filter((subscription) => subscription.id === id);
  if (ended.length > 0) {
    following.end(member, ended);
    return { reply: { type: 'unsubscribed' } };
  }
  const ids = member.subscriptions.map((subscription) => String(subscription.id));
  const message = `There is no subscription with the id ${quote(id)} on this socket.`;
  return refuse('unknown-subscription', message, nearest(String(id), ids));
}
