/** The last hour of the server in plots, for staff: /operator/metrics. */
import { metricsView } from './metrics/metricsView';
import { fetchMe, signInAddress } from './net/account';
import { filled, workPage } from './ui/workPage';
import './styles/metrics.css';

const main = workPage('metrics.name');
filled(main, async () => {
  const me = await fetchMe();
  if (!me) return location.replace(signInAddress());
  await metricsView(main);
});
