/** The frame of a work page: header with the page's name, content, foot. Paper and hairlines, no ornament. */
import { live, onLang, setLang, t, type MessageKey } from '../text/catalogue';
import { wordsFor } from './busy';
import { button, el, text } from './dom';
import { langSwitch } from './langSwitch';
import { logo } from './logo';
import { loadLang } from './profile';
import { siteFooter } from './siteFooter';
import { startTheme } from './theme';
import { whoIsHere } from './whoIsHere';
import '../styles/work.css';

/**
 * Puts the frame into the page and gives back where the content goes.
 * @param isForGuests nobody is signed in here yet: it is not asked who
 */
export function workPage(name: MessageKey, isForGuests = false): HTMLElement {
  setLang(loadLang());
  startTheme();
  const main = el('main', 'work-main', { id: 'content', tabindex: -1 });
  const page = el(
    'div', 'work', {}, live(el('a', 'skip', { href: '#content' }), 'site.skip'),
    el('header', 'site-header', {}, el('div', 'work-name', {}, logo(), el('span', 'sep'), text(name)),
      el('nav', 'site-nav', {}, live(el('a', 'wide', { href: '/' }), 'site.to_halls'), isForGuests ? null : whoIsHere(), langSwitch())),
    main, siteFooter().element,
  );
  const title = (): void => { document.title = `${t(name)} ${t('site.name')}`; };
  onLang(title);
  title();
  (document.querySelector('#app') ?? document.body).replaceChildren(page);
  return main;
}

/** Has `bring` fill the page; until then it says that it comes, and where it does not, why, with another try. */
export function filled(main: HTMLElement, bring: () => Promise<void>): void {
  main.append(el('p', 'work-lead', { role: 'status' }, text('landing.loading')));
  bring().catch((error: unknown) => main.replaceChildren(trouble(error)));
}

/** Instead of what could not be brought. */
export function trouble(error: unknown): HTMLElement {
  return el('div', 'narrow', {}, el('h1', '', { tabindex: -1 }, text('site.trouble')), live(el('p', 'work-lead', { role: 'alert' }), wordsFor(error)),
    button({ label: 'site.again', onPress: () => location.reload() }));
}
