// An Accept header and media types → the one that the client likes best (RFC 9110, section 12.5.1).

/** Quality from 0 to 1; 0 is a refusal. The most specific range that matches decides. */
export function quality(accept: string, mediaType: string): number {
  const [type] = mediaType.split('/');
  let found = 0;
  let precision = 0;
  for (const element of accept.split(',')) {
    const [range = '', ...parameters] = element.split(';').map((part) => part.trim().toLowerCase());
    const specific = range === mediaType ? 3 : range === `${type}/*` ? 2 : range === '*/*' ? 1 : 0;
    if (specific === 0 || specific < precision) continue;
    const weight = weightOf(parameters);
    found = specific > precision ? weight : Math.max(found, weight);
    precision = specific;
  }
  return found;
}

/** Whether a client takes a media type; one that names none takes anything. */
export function isAcceptable(accept: string | undefined, mediaType: string): boolean {
  return isIndifferent(accept) || accept === mediaType || quality(accept, mediaType) > 0;
}

/**
 * The one of some media types that a client likes best: of those that it likes the same, the first. A client that takes
 * anything gets the first.
 * @returns undefined when it takes none of them
 */
export function preferred<T extends Readonly<{ mediaType: string }>>(
  accept: string | undefined,
  offered: readonly T[],
): T | undefined {
  if (isIndifferent(accept)) return offered[0];
  let best: T | undefined;
  let most = 0;
  for (const offer of offered) {
    const weight = quality(accept, offer.mediaType);
    if (weight > most) [best, most] = [offer, weight];
  }
  return best;
}

/** A weight between 0 and 1 among parameters in lower case; 1 without one, 0 for one that is none. */
export function weightOf(parameters: readonly string[]): number {
  const text = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
  if (text === undefined) return 1;
  return /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(text) ? Number(text) : 0;
}

function isIndifferent(accept: string | undefined): accept is undefined | '*/*' {
  return accept === undefined || accept === '*/*' || accept.trim() === '';
}
