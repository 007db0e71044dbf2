/** Puts the reviews into the operator's page for those who may answer them, and looks for new ones while the page is seen. */
import { fetchMe } from '../net/account';
import type { HallSummary } from '../net/api';
import { createReviews } from './reviews';

const POLL_MS = 10_000;

export async function mountReviews(host: HTMLElement, halls: () => readonly HallSummary[]): Promise<void> {
  const me = await fetchMe();
  if (!me?.permissions.includes('booths.review')) return;
  const reviews = createReviews(halls);
  host.append(reviews.element);
  const refresh = (): void => {
    if (!document.hidden) void reviews.refresh();
  };
  refresh();
  setInterval(refresh, POLL_MS);
  document.addEventListener('visibilitychange', refresh);
}
