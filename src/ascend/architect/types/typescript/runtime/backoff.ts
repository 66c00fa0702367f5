/** Exponential back-off with full jitter: the wait before attempt n is random, from 0 to `first * 2 ** n`, capped. */

/** Milliseconds: the longest first wait, and the longest of all. */
export interface Waits {
  readonly first: number;
  readonly longest: number;
}

export const WAITS: Waits = { first: 50, longest: 5_000 };

/** Return the milliseconds to wait before attempt number `attempt`: 0 is the first repetition. */
export function chooseWait(attempt: number, waits: Waits = WAITS): number {
  return Math.random() * Math.min(waits.longest, waits.first * 2 ** attempt);
}

/** Wait before attempt number `attempt`: 0 is the first repetition. */
export async function waitBefore(attempt: number, waits: Waits = WAITS): Promise<void> {
  const wait = chooseWait(attempt, waits);
  await new Promise<void>((resolve) => setTimeout(resolve, wait));
}
