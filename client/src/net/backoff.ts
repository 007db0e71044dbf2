/** Waiting times between tries to connect: doubling, capped, with jitter so that a hall of visitors does not return as one. */

const FIRST_S = 0.5;
const LONGEST_S = 10;

/**
 * Seconds to wait before try `attempt` (0 is the first after the loss).
 *
 * Between half and all of the doubled time ("equal jitter"); never before `atLeast_s`, which the server may ask for.
 */
export function backoff_s(attempt: number, random: () => number, atLeast_s = 0): number {
  const ceiling = Math.min(LONGEST_S, FIRST_S * 2 ** Math.min(attempt, 16));
  return atLeast_s + ceiling * (0.5 + 0.5 * random());
}
