/**
 * The resume token of this tab.
 *
 * In sessionStorage, not localStorage: a reload of the tab is the same visitor, a second tab is a second visitor. Where
 * storage is refused (private windows, blocked cookies) it lives as long as the page.
 */
import type { TokenStore } from './connection';

const KEY = 'yuanzhan.token';

export function tabTokens(storage: () => Storage = () => window.sessionStorage): TokenStore {
  let remembered: string | null = null;
  return {
    get() {
      try {
        return storage().getItem(KEY) ?? remembered;
      } catch {
        return remembered;
      }
    },
    set(token) {
      remembered = token;
      try {
        if (token === null) storage().removeItem(KEY);
        else storage().setItem(KEY, token);
      } catch {
        // The page still holds it.
      }
    },
  };
}
