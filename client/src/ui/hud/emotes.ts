/** What an avatar can do with its hands, as choices of a button; each has a number key as well. */
import type { IconName } from '../icons';
import { createPopover, type Popover } from './popover';

export type Emote = 'wave' | 'clap' | 'talk';

const EMOTES: readonly { emote: Emote; icon: IconName; key: string }[] = [
  { emote: 'wave', icon: 'wave', key: '1' }, { emote: 'clap', icon: 'clap', key: '2' }, { emote: 'talk', icon: 'talk', key: '3' },
];

export function createEmotes(emote: (emote: Emote) => void): Popover {
  return createPopover({
    label: 'hud.emotes', icon: 'smile', className: 'emotes',
    fill: (choice) => EMOTES.map((each) => choice(`hud.emote.${each.emote}`, each.icon, () => emote(each.emote), each.key)),
  });
}
