/** The operator's page: the console, and in it the booths that wait for approval. */
import { startConsole } from './operator/console';
import { mountReviews } from './operator/reviewing';
import { el, text } from './ui/dom';

const root = document.querySelector<HTMLElement>('#app') ?? document.body;

async function start(): Promise<void> {
  const desk = await startConsole(root);
  if (desk) await mountReviews(desk.reviews, () => desk.halls).catch(() => undefined);
}

start().catch((error: unknown) => {
  console.error('yuanzhan: the console could not start', error);
  root.replaceChildren(el('p', 'desk-refused', { role: 'alert' }, text('operator.server_unreachable')));
});
