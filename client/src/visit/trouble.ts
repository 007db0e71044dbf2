/** Why the line has ended, as the page says it. */
import type { EndReason } from '../net/connection';
import type { Trouble } from '../ui/hud/cover';

/** Null: the visitor wanted it so, and nothing is said. */
export const TROUBLE: Readonly<Record<EndReason, Trouble | null>> = {
  left: null,
  replaced: 'replaced',
  hall_full: 'hall-full',
  no_such_hall: 'no-such-hall',
  bad_name: 'refused',
  bad_look: 'refused',
  refused: 'refused',
  removed: 'removed',
  banned: 'banned',
  hall_closed: 'hall-closed',
  hall_locked: 'hall-locked',
};
