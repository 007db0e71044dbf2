/** The page where events are planned, for staff: /operator/events. */
import { EventsView } from './events/eventsView';
import { fetchHalls } from './net/api';
import { fetchMe, signInAddress } from './net/account';
import { filled, workPage } from './ui/workPage';
import './styles/events.css';

const main = workPage('events.name');
filled(main, async () => {
  const [me, halls] = await Promise.all([fetchMe(), fetchHalls()]);
  if (!me) return location.replace(signInAddress());
  const view = new EventsView(halls, me.permissions.includes('events.manage'));
  await view.read();
  main.replaceChildren(view.element);
});
