// The packages of this folder, installed here the first time that they are asked for.
import { fileURLToPath } from 'node:url';
import { packagesIn } from '../support/packages.ts';

/** Where the packages lie. */
export const CLIENTS = fileURLToPath(new URL('.', import.meta.url));

export const { install, load } = packagesIn(CLIENTS);
