/** What the server says of somebody, beside their name: nobody can type it into one. */
import type { MessageKey } from '../text/catalogue';
import { text } from './dom';

export function badgeTag(badge: string): HTMLElement | null {
  return badge === '' ? null : text(`hud.badge.${badge}` as MessageKey, badge === 'bot' ? 'chat-badge' : 'chat-badge duty');
}
