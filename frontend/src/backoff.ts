// How long to wait before the next try. All pages lose a server that restarts in the same moment; chance keeps them from
// coming back in the same moment too.

const FIRST = 2000;
/** Nobody waits longer than half as long again. */
export const LONGEST = 20_000;

/**
 * Doubles with each failure in a row up to a cap, and is anything between half of that and half as much again.
 *
 * @param failures in a row, from 1
 * @param random at least 0 and less than 1
 * @returns milliseconds
 */
export function pause(failures: number, random: () => number = Math.random): number {
  const middle = Math.min(LONGEST, FIRST * 2 ** Math.min(failures - 1, 10));
  return Math.round(middle * (0.5 + random()));
}
