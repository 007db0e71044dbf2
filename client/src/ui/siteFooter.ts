/** The foot of every page: what this is, the licences, and the filing number where the server has one. */
import { live } from '../text/catalogue';
import { el } from './dom';

export function siteFooter(): HTMLElement {
  const filing = document.querySelector<HTMLMetaElement>('meta[name="filing"]')?.content;
  return el(
    'footer', 'site-footer', {},
    live(el('span'), 'site.what'),
    el('nav', '', {},
      live(el('a', '', { href: '/exhibitor' }), 'site.exhibitors'),
      live(el('a', '', { href: '/operator' }), 'site.operators'),
      live(el('a', '', { href: '/licences/' }), 'site.licences'),
      filing ? el('a', '', { href: 'https://beian.miit.gov.cn/', rel: 'noreferrer', lang: 'zh-CN' }, filing) : null),
  );
}
