/** Moments in a browser's field for date and time: local, to the minute. */
const MINUTE_MS = 60_000;

/** What the field holds for a moment. */
export function local(at_ms: number): string {
  const at = new Date(at_ms);
  return new Date(at_ms - at.getTimezoneOffset() * MINUTE_MS).toISOString().slice(0, 16);
}

/**
 * The moment that a local time means; what is no time is for the server to refuse. A field that nobody has touched means what it was
 * filled with: it has no seconds, and an hour that comes twice when summer ends is written the same both times.
 */
export function moment(typed: string, former: string | null): string {
  if (former !== null && typed === local(Date.parse(former))) return former;
  const at = new Date(typed);
  return Number.isNaN(at.getTime()) ? '' : at.toISOString();
}
