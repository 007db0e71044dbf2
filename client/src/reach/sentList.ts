/** Messages that were sent, and what came of each, as counts. */
import type { HallSummary } from '../net/api';
import { COUNTS, type SentLetter } from '../net/outreach';
import { dayAndClock, LANG_NAME, live, pick, t } from '../text/catalogue';
import { el, text } from '../ui/dom';
import { interestKey } from './interests';
import { peopleWords } from './people';

export function sentList(letters: readonly SentLetter[], halls: readonly HallSummary[]): HTMLElement {
  if (letters.length === 0) return text('outreach.none', 'sent-none');
  return el('ul', 'sent', {}, ...letters.map((letter) => sentRow(letter, halls)));
}

function sentRow(letter: SentLetter, halls: readonly HallSummary[]): HTMLElement {
  return el(
    'li', 'sent-letter', { 'data-letter': letter.id },
    el('p', 'sent-head', {}, live(el('time', 'no-autospace', { datetime: letter.at }), () => dayAndClock(letter.at)), live(el('span'), () => aboutWords(letter))),
    live(el('p', 'sent-text'), () => pick(letter.text)),
    live(el('p', 'sent-whom'), () => audienceWords(letter, halls)),
    el('dl', 'sent-counts', {}, ...COUNTS.filter((count) => letter.leads || (count !== 'led' && count !== 'arrived')).map((count) => el(
      'div', '', { 'data-count': count }, el('dt', '', {}, text(`outreach.count_${count}`)), live(el('dd'), () => peopleWords(letter.counts[count]))))),
  );
}

function aboutWords({ by_booth: byBooth, leads, title }: SentLetter): string {
  if (byBooth) return t('outreach.from_booth', { title: pick(title) });
  return leads ? t('outreach.leads', { title: pick(title) }) : t('outreach.invite_none');
}

function audienceWords({ audience, title }: SentLetter, halls: readonly HallSummary[]): string {
  const words = [
    ...audience.halls.map((id) => {
      const hall = halls.find((each) => each.id === id);
      return hall ? pick(hall.place) : id;
    }),
    ...audience.langs.map((lang) => LANG_NAME[lang]),
    ...audience.tags.map((tag) => t(interestKey(tag))),
    ...(audience.booths.length > 0 ? [`${t('outreach.booths')} ${audience.booths.length === 1 ? pick(title) : audience.booths.length}`.trim()] : []),
  ];
  return words.length === 0 ? t('outreach.everybody') : words.join(t('outreach.joint'));
}
