/** The page where events are planned, for staff: /operator/events. */
import { EventsView } from './events/eventsView';
import { fetchHalls } from './net/api';
import { fetchMe, signInAddress } from './net/account';
import { el, text } from './ui/dom';
import { workPage } from './ui/workPage';
import './styles/events.css';

async function start(): Promise<void> {
  const main = workPage('events.name');
  main.append(el('p', 'work-lead', { role: 'status' }, text('landing.loading')));
  const [me, halls] = await Promise.all([fetchMe(), fetchHalls()]);
  if (!me) return location.replace(signInAddress());
  const view = new EventsView(halls, me.permissions.includes('events.manage'));
  await view.read();
  main.replaceChildren(view.element);
}

void start().catch((error: unknown) => {
  document.querySelector('#content')?.replaceChildren(el('p', 'work-lead', { role: 'alert' }, error instanceof Error ? error.message : String(error)));
});
