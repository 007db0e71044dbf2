/** 中文 | EN: two buttons, the pressed one is the page's language. */
import { lang, LANG_TAG, live, type Lang } from '../text/catalogue';
import { el } from './dom';
import { chooseLang } from './profile';

const NAMES: readonly [Lang, string][] = [['zh', '中文'], ['en', 'EN']];

export function langSwitch(): HTMLElement {
  const group = live(el('div', 'segments', { role: 'group' }), 'site.language', 'aria-label');
  for (const [value, name] of NAMES) {
    const choice = el('button', '', { type: 'button', lang: LANG_TAG[value] }, name);
    choice.addEventListener('click', () => chooseLang(value));
    group.append(live(choice, () => String(lang() === value), 'aria-pressed'));
  }
  return group;
}
