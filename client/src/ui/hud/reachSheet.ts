/** Whether the visitor would like messages, how often and about what: off unless they say so, and each part apart. */
import type { Choice } from '../../reach/choice';
import { interestKey, interests } from '../../reach/interests';
import type { ReachRate } from '../../protocol/generated';
import { live, type MessageKey } from '../../text/catalogue';
import { openDialog } from '../dialog';
import { button, el, text } from '../dom';

const RATES: readonly ReachRate[] = ['none', 'hour', 'ten_minutes'];

export function openReachSheet(choice: Choice, choose: (choice: Choice) => void): void {
  const tags = new Set(choice.tags);
  const rates = RATES.map((rate) => {
    const radio = el('input', '', { type: 'radio', name: 'reach-rate', id: `reach-${rate}`, value: rate, checked: rate === choice.rate });
    radio.addEventListener('change', () => say());
    return radio;
  });
  const rate = (): ReachRate => RATES[rates.findIndex(({ checked }) => checked)] ?? 'none';
  const chips = interests().map((tag) => {
    const chip = el('button', 'chip', { type: 'button', 'aria-pressed': String(tags.has(tag)), 'data-tag': tag }, text(interestKey(tag)));
    chip.addEventListener('click', () => {
      if (!tags.delete(tag)) tags.add(tag);
      chip.setAttribute('aria-pressed', String(tags.has(tag)));
    });
    return chip;
  });
  const booths = el('input', '', { type: 'checkbox', id: 'reach-booths', checked: choice.booths });
  const more = el('div', 'reach-more', {},
    text('reach.interests', 'legend'), live(el('div', 'chips', { role: 'group' }, ...chips), 'reach.interests', 'aria-label'),
    el('div', 'settings-row top', {}, booths, live(el('label', '', { for: 'reach-booths' }), 'reach.booths')));
  const say = (): void => { more.hidden = rate() === 'none'; };
  say();
  const dialog = openDialog('reach.title', 'narrow reach', [
    text('reach.why', 'reach-why'),
    el('fieldset', 'reach-rates', {}, el('legend', 'legend', {}, text('reach.rate')),
      ...RATES.map((each, index) => el('div', 'settings-row', {}, rates[index] as HTMLElement, live(el('label', '', { for: `reach-${each}` }), `reach.rate_${each}` as MessageKey)))),
    more,
    text('reach.kept', 'reach-kept'),
  ], [button({
    label: 'reach.save', className: 'btn tall primary',
    onPress: () => {
      choose({ ...choice, rate: rate(), tags: interests().filter((tag) => tags.has(tag)), booths: booths.checked });
      dialog.close();
    },
  })]);
}
