// The names of the feed's messages → the operations of its AsyncAPI document: who sends what, and what answers it.

import { clientMessage, isStreamed } from './channels.ts';
import { CLIENT_SUMMARIES } from './summaries.ts';

/** The channels on which clients speak too. */
const SOCKETS = ['feed', 'table'] as const;

/**
 * @param sent messages of the server
 * @param taken what clients ask for, by `op`
 */
export function operationsOn(sent: readonly string[], taken: readonly string[]): object {
  const answers = new Set(['error', ...[...CLIENT_SUMMARIES.values()].map(({ reply }) => reply)]);
  const told = sent.filter((name) => !answers.has(name));
  return Object.fromEntries([
    ...SOCKETS.map((channel) => [`${channel}.tell`, tell(channel, told)]),
    ['stream.tell', tell('stream', sent.filter(isStreamed))],
    ...SOCKETS.flatMap((channel) => taken.map((op) => [`${channel}.${op}`, take(channel, op)])),
  ]);
}

function tell(channel: string, names: readonly string[]): object {
  return {
    action: 'send',
    channel: channelRef(channel),
    summary: 'What the server says unasked.',
    messages: names.map((name) => messageRef(channel, name)),
  };
}

function take(channel: string, op: string): object {
  const { says, reply } = CLIENT_SUMMARIES.get(op) ?? { says: '', reply: 'error' };
  const answers = [...new Set([reply, 'error'])];
  return {
    action: 'receive',
    channel: channelRef(channel),
    summary: says,
    messages: [messageRef(channel, clientMessage(op))],
    reply: {
      channel: channelRef(channel),
      messages: answers.map((name) => messageRef(channel, name)),
    },
  };
}

function channelRef(channel: string): object {
  return { $ref: `#/channels/${channel}` };
}

function messageRef(channel: string, name: string): object {
  return { $ref: `#/channels/${channel}/messages/${name}` };
}
