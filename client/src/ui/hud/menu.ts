/** What is needed now and then: stamps, programme, settings, what may be sent, the keys, and the hall as text. */
import type { HallDescriptor } from '../../net/api';
import { number, t } from '../../text/catalogue';
import { el, icon, text } from '../dom';
import { createPopover, type Popover } from './popover';
import type { StampBook } from './stamps';

export interface MenuActions {
  hall(): HallDescriptor | null;
  stamps: StampBook;
  openProgramme(): void;
  openSettings(): void;
  openReach(): void;
  showKeys(): void;
}

export function createHudMenu(actions: MenuActions): Popover {
  const { stamps } = actions;
  const textHref = (): string => {
    const hall = actions.hall();
    return hall ? `/halls/${encodeURIComponent(hall.id)}?text` : '/?text';
  };
  return createPopover({
    label: 'hud.more', icon: 'more', className: 'menu',
    fill: (choice) => [
      stamps.all > 0 ? choice(() => t('hud.stamps', { done: number(stamps.done), all: number(stamps.all) }), 'stamp', () => stamps.open()) : null,
      choice('hud.programme', 'calendar', actions.openProgramme, 'P'),
      choice('settings.title', 'settings', actions.openSettings),
      choice('reach.title', 'megaphone', actions.openReach),
      choice('keys.title', 'keyboard', actions.showKeys),
      el('a', 'menu-item', { href: textHref() }, icon('text'), text('landing.text_version')),
    ],
  });
}
