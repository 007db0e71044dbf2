/** Puts the reviews into the operator's page for those who may answer them, and looks for new ones while the page is seen. */
import { fetchMe, send, type Account } from '../net/account';
import type { HallSummary } from '../net/api';
import { createReviews } from './reviews';

const POLL_MS = 10_000;

export async function mountReviews(host: HTMLElement, halls: () => readonly HallSummary[]): Promise<void> {
  const me = await fetchMe();
  if (!me?.permissions.includes('booths.review')) return;
  // Who may not read the accounts sees reviews without the names of organisations.
  const accounts = await send<Account[]>('GET', '/api/accounts').catch(() => []);
  const names = new Map(accounts.map(({ organisation }) => [organisation?.id ?? '', organisation?.name ?? '']));
  const reviews = createReviews(halls, (organisation) => names.get(organisation) ?? '');
  host.append(reviews.element);
  const refresh = (): void => {
    if (!document.hidden) void reviews.refresh();
  };
  refresh();
  setInterval(refresh, POLL_MS);
  document.addEventListener('visibilitychange', refresh);
}
