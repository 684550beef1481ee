// What may be there at once or later → what comes next, at once where nothing is to be waited for.
import type { FastifyReply } from 'fastify';

/** Goes on with a value: now if it is there, else when it is. */
export function after<T, U>(value: T | Promise<T>, next: (value: T) => U): U | Promise<U> {
  return value instanceof Promise ? value.then(next) : next(value);
}

/** Goes on to answer, now or later; what is thrown later is answered as an error. */
export function answerAfter<T>(reply: FastifyReply, value: T | Promise<T>, answer: (value: T) => void): void {
  if (value instanceof Promise) value.then(answer).catch((error) => reply.send(error));
  else answer(value);
}
