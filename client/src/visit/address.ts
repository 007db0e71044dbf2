/** Each hall has its own address, and each place in it: `/halls/{hall}` and `/halls/{hall}/{place}`. `/` is the landing page. */

export interface Address {
  hall: string;
  at: string | null;
}

export function parseAddress(path: string): Address | null {
  const parts = path.split('/').filter((part) => part !== '');
  if (parts[0] !== 'halls' || parts[1] === undefined || parts.length > 3) return null;
  return { hall: decode(parts[1]), at: parts[2] === undefined ? null : decode(parts[2]) };
}

export function formatAddress({ hall, at }: Address): string {
  const base = `/halls/${encodeURIComponent(hall)}`;
  return at === null ? base : `${base}/${encodeURIComponent(at)}`;
}

/** The place of whoever this is, for operators who join them; to others no such place is known. */
export const besideVisitor = (id: number): string => `visitor:${id}`;

export const isBesideVisitor = (at: string): boolean => /^visitor:\d{1,8}$/.test(at);

export function sameAddress(a: Address | null, b: Address | null): boolean {
  return a?.hall === b?.hall && a?.at === b?.at;
}

/** `%` signs that encode nothing stay as they are: an odd address is no error. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
