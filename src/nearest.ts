// A misspelled word and what there is → the word that was probably meant.

/**
 * The candidate that a misspelled word most likely stands for: least edits (a letter more, less, replaced, or two
 * swapped: optimal string alignment), at most a third of its length, without case; its beginning counts as well.
 * @returns undefined when none is near
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = word.slice(0, 64).toLowerCase();
  let best: string | undefined;
  let least = wanted.length < 2 ? 1 : Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const candidate of candidates) {
    if (wanted.length - candidate.length >= least) continue;
    const lower = candidate.toLowerCase();
    const whole = lower.length - wanted.length < least ? editDistance(wanted, lower) : least;
    const distance = wanted.length < 3 ? whole : Math.min(whole, distanceToStart(wanted, lower));
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

/** A word cut short is farther from the whole one than from its beginning, but no perfect match of it. */
function distanceToStart(wanted: string, candidate: string): number {
  const isLonger = candidate.length > wanted.length;
  return editDistance(wanted, candidate.slice(0, wanted.length)) + (isLonger ? 0.5 : 0);
}

function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwapped ? (before[j - 2] as number) + 1 : replaced;
      next.push(Math.min(replaced, swapped, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    before = row;
    row = next;
  }
  return row[b.length] as number;
}
