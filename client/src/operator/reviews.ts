/** Booths that wait for approval: what each is, what the check found, how it looks, and the two answers. */
import type { HallSummary } from '../net/api';
import { approve, fetchReviews, returnVersion, type BoothRecord, type Review } from '../net/boothRecords';
import { live, pick, t } from '../text/catalogue';
import { busy, wordsFor } from '../ui/busy';
import { button, el, icon, text } from '../ui/dom';
import { keepingFocus } from '../ui/focus';
import { Rereading } from '../ui/rereading';
import { previewHref } from '../exhibitor/address';
import { beforeAndAfter } from '../exhibitor/compare';
import { fileLine, issueCard, when } from '../exhibitor/parts';
import { whereabouts } from '../exhibitor/placing';
import { twoModels, type TwoModels } from '../exhibitor/twoModels';
import { details } from '../exhibitor/verdict';
import { picture } from '../exhibitor/versions';
import '../styles/booth-parts.css';

const REASON_MAX = 500;

const READ_MS = 10_000;

export interface Reviews {
  readonly element: HTMLElement;
  /** Begins to look for what waits, and goes on while the page is seen; what is open stays open while it still waits. */
  start(): void;
}

const keyOf = ({ booth, version }: Review): string => `${booth.id}/${version.number}`;
/** What was submitted once: taken back and submitted again, the same version may have other words. */
const submissionOf = (review: Review): string => `${keyOf(review)} ${review.version.submitted_at}`;

/**
 * @param halls those there are, as they are known when a review is drawn
 * @param counted hears how many wait, whenever that was asked
 */
export function createReviews(halls: () => readonly HallSummary[], counted: (count: number) => void): Reviews {
  const count = el('span', 'tag');
  const list = el('ul', 'review-list');
  const detail = el('div', 'review-detail');
  const state = el('p', 'work-note', { role: 'status' });
  const heading = el('h2', '', { tabindex: -1 }, text('review.title'));
  const element = el('section', 'reviews', { id: 'reviews' },
    el('div', 'work-head', {}, heading, count), state, el('div', 'review-two', {}, list, detail));
  let reviews: readonly Review[] = [];
  let chosen = '';
  /** As the list and the open one were drawn: what is the same is left as it is, with its focus. */
  let [listed, drawn] = ['', ''];
  let models: TwoModels | null = null;
  let reading: Rereading | null = null;

  const row = (review: Review): HTMLElement => {
    const { booth, version } = review;
    const press = el('button', 'review-row', { type: 'button', 'aria-pressed': String(keyOf(review) === chosen), 'data-booth': booth.id }, picture(version.thumbnail),
      el('span', 'booth-what', {}, live(el('strong'), () => pick(booth.title)),
        live(el('span', 'choice-note'), () => [review.exhibitor, t('exhibitor.version_number', { number: version.number })].join(' '))),
      live(el('time', 'no-autospace choice-note', { datetime: version.submitted_at ?? version.received_at }), () => when(version.submitted_at ?? version.received_at)));
    press.addEventListener('click', () => {
      chosen = keyOf(review);
      show();
    });
    return el('li', '', {}, press);
  };

  function show(): void {
    live(count, () => t('review.count', { count: reviews.length }));
    count.className = reviews.length > 0 ? 'tag warn' : 'tag';
    live(state, () => (reviews.length === 0 ? t('review.none') : ''));
    const rows = JSON.stringify([reviews, chosen]);
    if (rows !== listed) keepingFocus(list, () => list.replaceChildren(...reviews.map(row)), undefined, 'booth');
    listed = rows;
    const open = reviews.find((review) => keyOf(review) === chosen);
    if ((open ? submissionOf(open) : '') === drawn) return;
    drawn = open ? submissionOf(open) : '';
    models?.dispose();
    models = null;
    detail.replaceChildren(...(open ? detailParts(open) : []));
  }

  function detailParts(review: Review): Node[] {
    const { booth, version } = review;
    const problem = el('div', '', { role: 'alert' });
    const reason = el('textarea', '', { id: 'review-reason', rows: 3, maxlength: REASON_MAX });
    const answer = async (act: () => Promise<unknown>): Promise<void> => {
      await act();
      chosen = '';
      await reading?.now();
      // The button that was pressed is gone with the review.
      heading.focus({ preventScroll: true });
    };
    const take = button({ label: 'review.approve', className: 'btn primary tall grow', onPress: () => void busy(take, problem, () => answer(() => approve(booth.id, version))) });
    const giveBack = button({ label: 'review.return', className: 'btn danger tall', onPress: () => {
      const why = reason.value.trim();
      if (!why) {
        problem.replaceChildren(text('review.reason_missing', 'error'));
        reason.focus();
        return;
      }
      void busy(giveBack, problem, () => answer(() => returnVersion(booth.id, version.number, why)));
    } });
    models = twoModels(version, version.dress ?? booth.dress);
    const hall = booth.dress?.hall ?? booth.hall;
    const issues = version.report?.issues ?? [];
    return [
      el('h3', '', {}, live(el('span'), () => pick(booth.title))),
      el('p', 'review-facts', {}, el('span', '', {}, review.exhibitor), whereabouts(halls().find(({ id }) => id === hall), booth.dress?.slot ?? booth.slot)),
      fileLine(version.file, version.bytes),
      ...(models ? [models.element] : []),
      el('p', 'buttons', {}, el('a', 'btn', { href: previewHref(booth.id, { hall, slot: booth.dress?.slot ?? booth.slot }), target: '_blank' }, icon('eye'), text('review.preview'))),
      ...(issues.length > 0 ? [details(() => t('review.issues', { count: issues.length }), el('ul', 'issues', {}, ...issues.map(issueCard)))] : [el('p', 'work-note', {}, icon('check'), text('review.no_issues'))]),
      ...[beforeAndAfter(version), told(booth)].filter((node) => node !== null),
      el('div', 'field', {}, live(el('label', '', { for: reason.id }), 'review.reason'), reason),
      problem, el('p', 'buttons', {}, take, giveBack), el('p', 'work-note', {}, text('review.after')),
    ];
  }

  async function read(): Promise<void> {
    try {
      reviews = await fetchReviews();
      counted(reviews.length);
      show();
    } catch (error) {
      live(state, wordsFor(error));
    }
  }

  return {
    element,
    start() {
      reading = new Rereading({ read, every_ms: READ_MS });
      void reading.now();
    },
  };
}

/** Every word that the booth will say to visitors, in both languages: what is approved is read first. */
function told({ dress }: BoothRecord): HTMLElement | null {
  if (!dress) return null;
  const entry = (title: { zh: string; en: string }, body: { zh: string; en: string } | null, ...more: (HTMLElement | null)[]): HTMLElement => el('li', '', {},
    el('strong', '', {}, el('span', '', { lang: 'zh-CN' }, title.zh), ' ', el('span', '', { lang: 'en' }, title.en)),
    body && (body.zh || body.en) ? el('p', '', {}, el('span', '', { lang: 'zh-CN' }, body.zh), ' ', el('span', '', { lang: 'en' }, body.en)) : null, ...more);
  const entries = [
    ...dress.panels.map((panel) => entry(panel.title, panel.body,
      panel.object && panel.kind === 'picture' ? el('img', 'review-picture', { src: `/files/${panel.object}`, alt: '' }) : null,
      panel.object && panel.kind !== 'picture' ? el('a', '', { href: `/files/${panel.object}`, target: '_blank' }, panel.kind) : null)),
    ...dress.products.map(({ name, body, price }) => entry(name, body, price ? el('p', '', {}, price) : null)),
    ...dress.links.map(({ label, url }) => entry(label, null, el('p', '', {}, el('code', '', { lang: 'en' }, url)))),
  ];
  if (dress.card) entries.push(el('li', '', {}, [dress.card.name, dress.card.organisation, dress.card.contact].filter(Boolean).join('，')));
  if (entries.length === 0) return null;
  return details(() => t('review.words', { count: entries.length }), el('ol', 'review-words', {}, ...entries));
}
