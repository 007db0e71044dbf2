/** A panel's or booth's text: beside the hall on a desktop, a sheet from below on a phone. Never modal: one can walk on. */
import type { Booth, Panel, Product } from '../../net/api';
import { lang, live, pick, t } from '../../text/catalogue';
import { ABOUT_ITEM, dressSections, paragraphs, sectionOf, type Looks } from '../boothDress';
import { createCardForm, type CardDraft, type CardForm } from './cardForm';
import { button, el } from '../dom';
import { sheetHandle } from './sheetHandle';
import '../../styles/booth.css';

export interface InfoPanelEvents {
  /** Whether the link could be copied. */
  copied(done: boolean): void;
  /** Something of a published booth was looked at. */
  opened(booth: Booth, item: string): void;
  looks(booth: Booth, product: Product): Looks;
  choose(booth: Booth, product: Product, variant: string | null): void;
  /** False while there is no line. */
  leaveCard(booth: Booth, card: CardDraft): boolean;
  ownName(): string;
  /** Somebody wants to tell the operators of this booth. */
  report(booth: Booth): void;
}

export interface InfoPanel {
  readonly element: HTMLElement;
  readonly isOpen: boolean;
  /** What is shown, if it is a booth. */
  readonly booth: Booth | null;
  show(hall: string, subject: Panel | Booth, item?: string | null): void;
  /** The booth that is shown is so now, with news or none for who reads; who writes a card goes on writing, what plays goes on. */
  renew(booth: Booth, isNews: boolean): void;
  cardAnswered(booth: string, kept: boolean): void;
  close(): void;
}

export function createInfoPanel(events: InfoPanelEvents): InfoPanel {
  const element = el('aside', 'panel info-panel', { hidden: true });
  const body = el('div', 'panel-body');
  const foot = el('footer', 'panel-foot');
  let shown: Panel | Booth | null = null;
  let hall = '';
  let form: CardForm | null = null;

  const close = (): void => {
    if (element.contains(document.activeElement)) (document.activeElement as HTMLElement).blur();
    element.hidden = true;
    form = null;
    shown = null;
    // A film that goes on playing in a closed panel would be a voice from nowhere.
    body.replaceChildren();
  };

  const fill = (subject: Panel | Booth, players: ReadonlyMap<string, HTMLMediaElement> = new Map()): void => {
    const booth = isBooth(subject) ? subject : null;
    body.replaceChildren(...paragraphs(subject.body), ...sections(booth, players), ...source(subject));
    const takesCards = Boolean(booth?.dress?.card);
    const copy = button({ label: 'hud.panel.copy_link', icon: 'link', className: 'btn tall', onPress: () => void copyLink(hall, subject.id).then(events.copied) });
    const card = booth && takesCards ? button({ label: 'card.leave', icon: 'card', className: 'btn tall primary', onPress: () => write(booth) }) : null;
    const flag = booth ? button({ label: 'hud.panel.report', icon: 'flag', iconOnly: true, className: 'btn tall square ghost', onPress: () => events.report(booth) }) : null;
    foot.replaceChildren(...[flag, copy, card].filter((node) => node !== null));
    foot.hidden = false;
  };

  const sections = (booth: Booth | null, players: ReadonlyMap<string, HTMLMediaElement>): HTMLElement[] => (booth ? dressSections(booth, {
    player: (url) => players.get(url),
    opened: (item) => events.opened(booth, item),
    looks: (product) => events.looks(booth, product),
    choose: (product, variant) => events.choose(booth, product, variant),
  }) : []);

  const write = (booth: Booth): void => {
    const { organisation = '', name = '' } = booth.dress?.card ?? {};
    form = createCardForm({
      to: organisation || name || pick(booth.title),
      ownName: events.ownName(),
      send: (card) => events.leaveCard(booth, card),
      close: () => {
        form = null;
        if (shown) fill(shown);
        element.querySelector<HTMLElement>('h2')?.focus({ preventScroll: true });
      },
    });
    body.replaceChildren(form.element);
    body.scrollTop = 0;
    foot.hidden = true;
    form.element.querySelector('input')?.focus({ preventScroll: true });
  };

  return {
    element,
    get isOpen() {
      return !element.hidden;
    },
    get booth() {
      return shown && isBooth(shown) ? shown : null;
    },
    show(inHall, subject, item = null) {
      hall = inHall;
      shown = subject;
      form = null;
      const heading = live(el('h2', '', { tabindex: -1 }), () => pick(subject.title));
      fill(subject);
      element.replaceChildren(
        sheetHandle(element, close),
        el('header', 'panel-head', {}, el('div', 'panel-title', {}, heading, facts(subject)),
          button({ label: 'site.close', icon: 'close', iconOnly: true, className: 'close', onPress: close })),
        body, foot,
      );
      live(element, () => pick(subject.title), 'aria-label');
      element.hidden = false;
      body.scrollTop = 0;
      heading.focus({ preventScroll: true });
      if (item) sectionOf(body, item)?.scrollIntoView({ block: 'start' });
      if (isBooth(subject)) events.opened(subject, item ?? ABOUT_ITEM);
    },
    renew(booth, isNews) {
      shown = booth;
      if (!isNews) return;
      const heading = element.querySelector('h2');
      if (heading) live(heading, () => pick(booth.title));
      if (!form) fill(booth, new Map([...body.querySelectorAll<HTMLMediaElement>('audio, video')].map((player) => [player.getAttribute('src') ?? '', player])));
    },
    cardAnswered(booth, kept) {
      if (shown?.id === booth) form?.answered(kept);
    },
    close,
  };
}

const isBooth = (subject: Panel | Booth): subject is Booth => 'slot' in subject;

/** A booth says whose it is and where it stands; a panel's own words need no more. */
function facts(subject: Panel | Booth): HTMLElement | null {
  if (!isBooth(subject)) return null;
  const slot = live(el('span'), () => t('hud.panel.slot', { slot: subject.slot.toUpperCase() }));
  const organisation = subject.dress?.card?.organisation;
  return el('p', 'panel-facts', {}, ...(organisation ? [el('span', '', { lang: lang() === 'zh' ? null : 'zh-CN' }, organisation), el('span', 'sep')] : []), slot);
}

function source(subject: Panel | Booth): HTMLElement[] {
  if (!('source' in subject) || !subject.source?.zh) return [];
  return [live(el('p', 'panel-source'), () => t('hud.panel.source', { source: pick(subject.source) }))];
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
