/** A panel's or booth's text: beside the hall on a desktop, a sheet from below on a phone. Never modal: one can walk on. */
import type { Booth, Panel } from '../net/api';
import { live, pick, t } from '../text/catalogue';
import { button, el } from './dom';
import { sheetHandle } from './sheetHandle';

export interface InfoPanel {
  readonly element: HTMLElement;
  readonly isOpen: boolean;
  show(hall: string, subject: Panel | Booth, onCopied: (done: boolean) => void): void;
  close(): void;
}

export function createInfoPanel(): InfoPanel {
  const element = el('aside', 'panel info-panel', { hidden: true });
  const close = (): void => {
    if (element.contains(document.activeElement)) (document.activeElement as HTMLElement).blur();
    element.hidden = true;
  };
  return {
    element,
    get isOpen() {
      return !element.hidden;
    },
    show(hall, subject, onCopied) {
      const heading = live(el('h2', '', { tabindex: -1 }), () => pick(subject.title));
      element.replaceChildren(
        sheetHandle(element, close),
        el('header', 'panel-head', {}, el('div', 'panel-title', {}, heading, facts(subject)),
          button({ label: 'site.close', icon: 'close', iconOnly: true, className: 'close', onPress: close })),
        el('div', 'panel-body', {}, ...paragraphs(subject), source(subject)),
        el('footer', 'panel-foot', {},
          button({ label: 'hud.panel.copy_link', icon: 'link', className: 'btn tall', onPress: () => void copyLink(hall, subject.id).then(onCopied) })),
      );
      live(element, () => pick(subject.title), 'aria-label');
      element.hidden = false;
      heading.focus({ preventScroll: true });
    },
    close,
  };
}

/** A booth says where it stands; a panel's own words need no more. */
function facts(subject: Panel | Booth): HTMLElement | null {
  if (!('slot' in subject)) return null;
  return live(el('p', 'panel-facts'), () => t('hud.panel.slot', { slot: subject.slot.toUpperCase() }));
}

/** One paragraph a line of the text. */
function paragraphs(subject: Panel | Booth): HTMLElement[] {
  const count = Math.max(...[subject.body.zh, subject.body.en].map((body) => body.split('\n').length));
  return Array.from({ length: count }, (_, index) => live(el('p'), () => pick(subject.body).split('\n')[index] ?? ''));
}

function source(subject: Panel | Booth): HTMLElement | null {
  if (!('source' in subject) || !subject.source?.zh) return null;
  return live(el('p', 'panel-source'), () => t('hud.panel.source', { source: pick(subject.source) }));
}

/** Each place has an address of its own: whoever opens it stands before this panel. */
async function copyLink(hall: string, place: string): Promise<boolean> {
  const link = new URL(`/halls/${encodeURIComponent(hall)}/${encodeURIComponent(place)}`, location.href);
  try {
    await navigator.clipboard.writeText(link.href);
    return true;
  } catch {
    return false;
  }
}
