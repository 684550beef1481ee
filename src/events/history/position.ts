// A position or an event's id → its parts: which run of the server, where in it, which content.

/** `extra`: what an id has behind the position, from its dot on. */
export type PositionParts = Readonly<{ epoch: string; sequence: number; version: string; extra: string }>;

/** Takes `epoch.sequence.version` apart, as the catalog makes it. @returns null where it is nothing of the kind */
export function readPosition(text: string): PositionParts | null {
  const found = /^([^.]+)\.(\d{1,15})\.([^.]*)(\..*)?$/s.exec(text);
  if (found === null) return null;
  const [, epoch = '', sequence, version = '', extra = ''] = found;
  return { epoch, sequence: Number(sequence), version, extra };
}
