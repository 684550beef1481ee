// A path → the bytes that stand there at one moment, never a mixture of two.

import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs';
import type { Rejection } from '../table/file-facts.ts';
import { type Signature, sameSignature, signatureOf } from './table-files.ts';

/** `digest` names the bytes. `moved`: somebody wrote while they were read; look again. */
export type ReadFile =
  | Readonly<{ kind: 'bytes'; bytes: Buffer; digest: string; signature: Signature }>
  | Readonly<{ kind: 'moved' }>
  | Readonly<{ kind: 'missing' }>
  | Readonly<{ kind: 'unreadable'; rejection: Rejection }>;

/**
 * Reads a whole file in the calling thread, which is a worker.
 * @param path an absolute path; a pipe or device at it is not waited for
 */
export function readStable(path: string): ReadFile {
  let descriptor: number;
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    return failure(error);
  }
  try {
    const status = fstatSync(descriptor, { bigint: true });
    if (!status.isFile()) return { kind: 'missing' };
    const before = signatureOf(status);
    const bytes = Buffer.allocUnsafeSlow(before.size);
    let length = 0;
    while (length < bytes.length) {
      const count = readSync(descriptor, bytes, length, Math.min(bytes.length - length, 1 << 26), null);
      if (count === 0) break;
      length += count;
    }
    const after = signatureOf(fstatSync(descriptor, { bigint: true }));
    const there = signatureOf(statSync(path, { bigint: true }));
    if (length !== before.size || !sameSignature(before, after) || !sameSignature(before, there))
      return { kind: 'moved' };
    return {
      kind: 'bytes',
      bytes,
      digest: createHash('sha1').update(bytes).digest('hex'),
      signature: before,
    };
  } catch (error) {
    return failure(error);
  } finally {
    closeSync(descriptor);
  }
}

function failure(error: unknown): ReadFile {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP' || code === 'EISDIR')
    return { kind: 'missing' };
  const reason =
    code === 'EACCES' || code === 'EPERM'
      ? 'Rowcast may not read the file. Give it read permission (chmod +r).'
      : `The system could not read the file: ${message}.`;
  return { kind: 'unreadable', rejection: { code: 'unreadable', reason } };
}

/** The most bytes that a file and its text may have, whatever is allowed: offsets in them are 31-bit numbers. */
export const MOST_BYTES = 2047 * 2 ** 20;

/** Why a file is not read at all. @param most bytes that are allowed */
export function tooLarge(size: number, most: number): Rejection {
  const isLast = most >= MOST_BYTES;
  const [found, allowed] = [inMebibytes(size), inMebibytes(most)];
  const advice = isLast ? 'split the file' : 'start it with a larger --max-file-size, or split the file';
  const reason = `The file has ${found}, and Rowcast reads files of up to ${allowed}: ${advice}.`;
  return { code: 'file-too-large', reason };
}

/** Why a text is not read. @param size of the text as UTF-8 */
export function textTooLarge(size: number): Rejection {
  const [found, allowed] = [inMebibytes(size), inMebibytes(MOST_BYTES)];
  const reason = `The text has ${found} as UTF-8, and Rowcast reads texts of up to ${allowed}: split the file.`;
  return { code: 'file-too-large', reason };
}

function inMebibytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20).toLocaleString('en-US')} MiB`;
}
