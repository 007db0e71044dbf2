/** The last hour of the server in plots, for staff: /operator/metrics. */
import { metricsView } from './metrics/metricsView';
import { fetchMe, signInAddress } from './net/account';
import { el, text } from './ui/dom';
import { workPage } from './ui/workPage';
import './styles/metrics.css';

async function start(): Promise<void> {
  const main = workPage('metrics.name');
  main.append(el('p', 'work-lead', { role: 'status' }, text('landing.loading')));
  const me = await fetchMe();
  if (!me) return location.replace(signInAddress());
  await metricsView(main);
}

void start().catch((error: unknown) => {
  document.querySelector('#content')?.replaceChildren(el('p', 'work-lead', { role: 'alert' }, error instanceof Error ? error.message : String(error)));
});
