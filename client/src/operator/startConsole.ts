/** The console for who may have it: whoever is not signed in is sent to do so; whoever may not watch is told. */
import { fetchMe, signInAddress } from '../net/account';
import { live, onLang, setLang, t } from '../text/catalogue';
import { el, text } from '../ui/dom';
import { loadLang } from '../ui/profile';
import { startTheme } from '../ui/theme';
import { fetchRules } from './api';
import { Console } from './console';
import { lacksSecondFactor, mayWatch } from './rights';

export async function startConsole(root: HTMLElement): Promise<void> {
  setLang(loadLang());
  startTheme();
  const title = (): void => { document.title = `${t('operator.name')} ${t('site.name')}`; };
  onLang(title);
  title();
  const me = await fetchMe();
  if (!me) {
    location.assign(signInAddress());
    return;
  }
  if (!mayWatch(me)) {
    const [why, then, way] = lacksSecondFactor(me)
      ? (['desk.second_factor', 'desk.second_factor_text', 'account.second_factor_begin'] as const) : (['desk.refused', 'desk.refused_text', 'desk.to_account'] as const);
    root.replaceChildren(el('main', 'desk-refused', {}, el('h1', 'serif', {}, text(why)), el('p', '', {}, text(then)), live(el('a', 'btn', { href: '/account' }), way)));
    return;
  }
  const { acts } = await fetchRules();
  await new Console(root, me.account.id, acts, new Set(me.permissions)).start();
}
