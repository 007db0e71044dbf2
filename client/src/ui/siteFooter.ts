/** The foot of every page: what this is, where else one may go, and the filing number where the server has one. */
import { live } from '../text/catalogue';
import { el } from './dom';

export interface SiteFooter {
  readonly element: HTMLElement;
  setFiling(number: string): void;
}

export function siteFooter(): SiteFooter {
  const filing = el('a', '', { href: 'https://beian.miit.gov.cn/', rel: 'noreferrer', lang: 'zh-CN', hidden: true });
  const element = el(
    'footer', 'site-footer', {},
    live(el('span'), 'site.what'),
    el('nav', '', {},
      live(el('a', '', { href: '/exhibitor' }), 'site.exhibitors'),
      live(el('a', '', { href: '/operator' }), 'site.operators'),
      live(el('a', '', { href: '/privacy' }), 'site.privacy'),
      live(el('a', '', { href: '/licences.txt' }), 'site.licences'),
      filing),
  );
  return {
    element,
    setFiling(number) {
      filing.hidden = number === '';
      filing.textContent = number;
    },
  };
}
