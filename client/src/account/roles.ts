/** What roles are called. */
import type { MessageKey } from '../text/catalogue';

export const ROLES = ['owner', 'operator', 'moderator', 'exhibitor', 'speaker', 'visitor'] as const;

export const ROLE_NAMES: Readonly<Record<string, MessageKey>> = {
  owner: 'account.role_owner',
  operator: 'account.role_operator',
  moderator: 'account.role_moderator',
  exhibitor: 'account.role_exhibitor',
  speaker: 'account.role_speaker',
  visitor: 'account.role_visitor',
};

/** Whom somebody with these permissions may invite (the server decides; this is what is offered). */
export function invitable(permissions: readonly string[]): readonly string[] {
  if (permissions.includes('invite.staff')) return ROLES;
  if (permissions.includes('invite.exhibitors')) return ['exhibitor', 'moderator', 'speaker', 'visitor'];
  return permissions.includes('invite.colleagues') ? ['exhibitor'] : [];
}
