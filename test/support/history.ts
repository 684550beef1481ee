// How much of the past a test's server keeps: what the settings say where nothing else is said.

/** Fit for the `history` of a Config. */
export const HISTORY = Object.freeze({ bytes: 64 * 1024 * 1024, ageMs: 3_600_000 });
