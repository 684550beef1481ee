// The registry of controls: parameters that say how rows are answered, not which ones match.

import { castInteger } from '../table/numbers.ts';

type ControlDefinition = Readonly<{
  name: string;
  /** In words, for error messages and documentation. */
  describes: string;
  /** Which texts it takes, in words. */
  range: string;
  example: string;
  /** Casts its text; undefined when the text is out of range. */
  cast: (text: string) => number | undefined;
}>;

/** Every control. Parser, documentation and tests derive from this list. */
export const CONTROLS = [
  {
    name: '_limit',
    describes: 'answers at most so many rows; all of them without it',
    range: 'a whole number from 0',
    example: '20',
    cast: castCount,
  },
  {
    name: '_offset',
    describes: 'leaves out so many rows at the beginning',
    range: 'a whole number from 0',
    example: '0',
    cast: castCount,
  },
] as const satisfies readonly ControlDefinition[];

export type ControlName = (typeof CONTROLS)[number]['name'];

/** The control of a name, if there is one. */
export function controlOf(name: string): (ControlDefinition & { readonly name: ControlName }) | undefined {
  return CONTROLS.find((control) => control.name === name);
}

function castCount(text: string): number | undefined {
  const count = castInteger(text);
  return count === undefined || count < 0 ? undefined : count;
}
