/** What becomes of the console when the server lets it watch no more: signed out, closed, or with another role. */
import { fetchMe, signInAddress, type Me } from '../net/account';

/** With which the page was made. */
export const mayWatch = (me: Me): boolean => me.permissions.includes('halls.watch') && !me.second_factor_needed;

/** Their role would let them, but not before they have a second factor. */
export const lacksSecondFactor = (me: Me): boolean => me.permissions.includes('halls.watch') && me.second_factor_needed;

/**
 * Whoever may still watch with the same rights goes on (their session had another key); with other rights the page is made anew, which
 * also tells those who may no more. False where nothing else will happen: try the line again.
 */
export async function followRights(before: ReadonlySet<string>): Promise<boolean> {
  let me: Me | null;
  try {
    me = await fetchMe();
  } catch {
    return false;
  }
  if (!me) {
    location.assign(signInAddress());
    return true;
  }
  if (mayWatch(me) && me.permissions.length === before.size && me.permissions.every((permission) => before.has(permission))) return false;
  location.reload();
  return true;
}
