// An Accept header and a media type → whether the client takes it (RFC 9110, section 12.5.1).

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
  if (accept === undefined || accept === '*/*' || accept === mediaType) return true;
  return accept.trim() === '' || quality(accept, mediaType) > 0;
}

function weightOf(parameters: readonly string[]): number {
  const text = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
  if (text === undefined) return 1;
  return /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(text) ? Number(text) : 0;
}
