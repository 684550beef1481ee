// Accept-Encoding and a body → the body as it goes over the wire, compressed where that pays (RFC 9110, section 12.5.3).
import { pipeline, type Readable, type Transform } from 'node:stream';
import { promisify } from 'node:util';
import { brotliCompress, constants, createBrotliCompress, createGzip, gzip } from 'node:zlib';
import { weightOf } from './accept.ts';

export type Coding = 'br' | 'gzip';

/** Bodies of fewer bytes go as they are: a packet has room for about so many. */
const LEAST_BYTES = 1024;

/** Of the quality settings, those that keep up with a fast network: past them little is won. */
const BROTLI_OPTIONS = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };
const GZIP_OPTIONS = { level: 5 };

const brotliWhole = promisify(brotliCompress) as (
  bytes: Buffer,
  options: typeof BROTLI_OPTIONS,
) => Promise<Buffer>;
const gzipWhole = promisify(gzip) as (bytes: Buffer, options: typeof GZIP_OPTIONS) => Promise<Buffer>;

/**
 * The coding that a client likes best of those that we have: of two that it likes the same, brotli.
 * @returns null for none, also where it says nothing or would rather have none
 */
export function chooseCoding(acceptEncoding: string | undefined): Coding | null {
  if (acceptEncoding === undefined || acceptEncoding === 'identity') return null;
  const weights = new Map<string, number>();
  for (const element of acceptEncoding.toLowerCase().split(',')) {
    const [coding = '', ...parameters] = element.split(';').map((part) => part.trim());
    weights.set(coding === 'x-gzip' ? 'gzip' : coding, weightOf(parameters));
  }
  const others = weights.get('*') ?? 0;
  const br = weights.get('br') ?? others;
  const zip = weights.get('gzip') ?? others;
  const most = Math.max(br, zip);
  if (most === 0 || most < (weights.get('identity') ?? 0)) return null;
  return br >= zip ? 'br' : 'gzip';
}

/** Whether a body is large enough to be compressed. */
export function isWorthCoding(body: string | Buffer): boolean {
  return body.length >= LEAST_BYTES;
}

/** Compresses a body that is all there, in another thread. */
export function encodeWhole(body: string | Buffer, coding: Coding): Promise<Buffer> {
  const bytes = typeof body === 'string' ? Buffer.from(body, 'utf8') : body;
  return coding === 'br' ? brotliWhole(bytes, BROTLI_OPTIONS) : gzipWhole(bytes, GZIP_OPTIONS);
}

/** Compresses a body as fast as it is read; whoever ends one of the two ends the other. */
export function encodeStream(body: Readable, coding: Coding): Readable {
  const encoder: Transform =
    coding === 'br' ? createBrotliCompress(BROTLI_OPTIONS) : createGzip(GZIP_OPTIONS);
  // An error of either destroys the other with it; who reads the encoder hears of it.
  return pipeline(body, encoder, () => {});
}
