/** The mark: a moon gate, open at the threshold, holding a hall that is the character 元. */
import { live } from '../text/catalogue';
import { el, svg } from './dom';

function mark(): SVGSVGElement {
  return svg(
    'svg', { viewBox: '0 0 64 64', fill: 'none', 'aria-hidden': true },
    svg('path', { d: 'M16.7 54.3A27 27 0 1 1 47.3 54.3', stroke: 'currentColor', 'stroke-width': 4.8 }),
    svg('path', { d: 'M25.4 17.4h13.2v4.4H25.4z', fill: 'currentColor' }),
    svg('path', { d: 'M12.8 32.6c6.2-.6 10.6-2.7 13-6.6h12.4c2.4 3.9 6.8 6 13 6.6l-.9 3.9c-12.2-1.9-24.4-1.9-36.6 0z', fill: 'currentColor' }),
    svg('path', { d: 'M27.2 35c0 6.4-1.4 10.8-5.3 14.3M36.8 35v9.6c0 2.9 1.4 4.1 5.6 4.1', stroke: 'currentColor', 'stroke-width': 4.6 }),
  );
}

/** Mark and name, leading home. */
export function logo(withLatin = false): HTMLAnchorElement {
  const link = el('a', 'logo', { href: '/' }, mark(), el('span', '', { lang: 'zh-CN' }, '元展'));
  if (withLatin) link.append(el('small', '', { lang: 'en', 'aria-hidden': true }, 'YUANZHAN'));
  return live(link, 'site.home', 'aria-label');
}
