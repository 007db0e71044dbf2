/** The page /privacy: who answers, what is kept, what one may ask for, and this device's own part of it. */
import type { KeptKind, Notice } from '../net/privacy';
import { live, pick, t, type MessageKey } from '../text/catalogue';
import { el, text } from '../ui/dom';
import { deviceSection } from './deviceSection';

export function privacyView(notice: Notice): HTMLElement[] {
  return [
    el('div', 'work-head', {}, el('h1', '', {}, text('privacy.name'))),
    el('p', 'work-lead', {}, text('privacy.lead')),
    part('privacy.table', keptTable(notice.kinds)),
    part('privacy.rights', el('p', '', {}, text('privacy.rights_text')), el('p', 'privacy-way', {}, live(el('a', '', { href: '/account' }), 'privacy.to_account'))),
    deviceSection(notice),
    part('privacy.kept', kept(notice)),
    part('privacy.who', el('p', '', {}, text(() => (notice.operator ? t('privacy.who_named', { operator: notice.operator }) : t('privacy.who_unnamed')))),
      el('p', '', {}, text(() => (notice.contact ? t('privacy.contact', { contact: notice.contact }) : t('privacy.contact_none'))))),
  ];
}

function part(title: MessageKey, ...children: HTMLElement[]): HTMLElement {
  return el('section', 'privacy-part', {}, el('h2', '', {}, text(title)), ...children);
}

function keptTable(kinds: readonly KeptKind[]): HTMLElement {
  const columns = ['privacy.col_what', 'privacy.col_why', 'privacy.col_how_long'] as const;
  return el('div', 'table-wrap', {}, el(
    'table', 'kept-table', {},
    el('thead', '', {}, el('tr', '', {}, ...columns.map((column) => live(el('th', '', { scope: 'col' }), column)))),
    el('tbody', '', {}, ...kinds.map((kind) => el(
      'tr', '', { 'data-kind': kind.id },
      el('th', '', { scope: 'row' }, text(() => pick(kind.what))),
      el('td', '', {}, el('p', '', {}, text(() => pick(kind.why))), el('p', 'ground', {}, text(`privacy.ground_${kind.ground}`))),
      el('td', 'how-long', {}, text(() => pick(kind.keep))),
    ))),
  ));
}

function kept(notice: Notice): HTMLElement {
  const names = ['acts', 'evidence', 'record', ...(notice.lines_erasable ? [] : ['lines'] as const)] as const;
  return el('ul', 'kept-list', {}, ...names.map((name) => el('li', '', {}, text(`privacy.kept_${name}`))));
}
