// Who follows while the folder is still being read → waits: a table that has not been read yet is not gone.

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Catalog } from '../catalog.ts';
import type { Problem } from '../problem.ts';
import { LIMITS } from './frames/limits.ts';
import { endAfterAnswer, isWebSocket, sendProblem } from './transport/refuse-upgrades.ts';

type ScanOptions = Readonly<{
  catalog: Catalog;
  /** When every file that was there at the start has been looked at, or the server stops. */
  whenScanned: Promise<void>;
  /** Whether a request asks for a stream of events, or for what changed. Upgrades to WebSocket always wait. */
  isFollower: (request: FastifyRequest) => boolean;
  /** How long an upgrade waits: less than the time in which it has to be done. */
  patienceMs?: number;
}>;

const PATIENCE_MS = LIMITS.handshakeSeconds * 500;
const RETRY_SECONDS = 1;

/**
 * An `onRequest` hook. Other requests are answered at once with the tables that are there. Whoever has waited for too
 * long is told when to come again (503).
 */
export function awaitScan({ catalog, whenScanned, isFollower, patienceMs = PATIENCE_MS }: ScanOptions) {
  return (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    const isUpgrade = isWebSocket(request);
    if (catalog.current().isScanned || !(isUpgrade || isFollower(request))) {
      done();
      return;
    }
    let isOver = false;
    const goOn = () => {
      clearTimeout(timer);
      if (isOver) return;
      isOver = true;
      if (request.raw.socket.destroyed) return;
      if (catalog.current().isScanned) {
        done();
        return;
      }
      if (isUpgrade) endAfterAnswer(request, reply);
      sendProblem(request, reply.header('retry-after', RETRY_SECONDS), STARTING);
    };
    const timer = isUpgrade ? setTimeout(goOn, patienceMs) : undefined;
    whenScanned.then(goOn);
  };
}

const STARTING: Problem = Object.freeze({
  code: 'table-unavailable',
  detail: 'The folder is still being read: try again soon.',
});
