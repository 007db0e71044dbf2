/** The foot of every page: what this is, and where else one may go. */
import { live } from '../text/catalogue';
import { el } from './dom';

export function siteFooter(): HTMLElement {
  return el(
    'footer', 'site-footer', {},
    live(el('span'), 'site.what'),
    el('nav', '', {},
      live(el('a', '', { href: '/exhibitor' }), 'site.exhibitors'),
      live(el('a', '', { href: '/operator' }), 'site.operators'),
      live(el('a', '', { href: '/licences.txt' }), 'site.licences')),
  );
}
