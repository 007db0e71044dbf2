/** Which part of the exhibitor's pages an address shows: /exhibitor?booth=ID&tab=dress. Pure. */

export const TABS = ['model', 'place', 'dress', 'versions', 'visits', 'reach'] as const;
export type Tab = (typeof TABS)[number];

export type Address =
  | { readonly view: 'list' }
  | { readonly view: 'new' }
  | { readonly view: 'booth'; readonly booth: string; readonly tab: Tab };

const isTab = (name: string | null): name is Tab => TABS.some((tab) => tab === name);

export function parseAddress(search: string): Address {
  const query = new URLSearchParams(search);
  const booth = query.get('booth');
  const tab = query.get('tab');
  if (booth) return { view: 'booth', booth, tab: isTab(tab) ? tab : 'model' };
  return query.has('new') ? { view: 'new' } : { view: 'list' };
}

export function hrefOf(address: Address): string {
  if (address.view === 'list') return '/exhibitor';
  if (address.view === 'new') return '/exhibitor?new';
  const booth = `/exhibitor?booth=${encodeURIComponent(address.booth)}`;
  return address.tab === 'model' ? booth : `${booth}&tab=${address.tab}`;
}

/** The hall with this booth in it before anybody else sees it, standing before its place. */
export function previewHref(booth: string, { hall, slot }: { hall: string | null; slot: string | null }): string {
  const place = [hall, slot].filter((part) => part !== null).map(encodeURIComponent).join('/');
  return `/halls/${place}?preview=${encodeURIComponent(booth)}`;
}
