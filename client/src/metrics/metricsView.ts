/** Six plots of the last hour, and in words what is out of its bounds. */
import { live, number, t } from '../text/catalogue';
import { el, text } from '../ui/dom';
import { Hour, type Quantity } from './measurements';
import { createPlot, type PlotOptions } from './plot';
import { BYTES_A_SECOND, rounded, unitFor } from './scales';
import { sentence } from './state';

const PLOTS: readonly PlotOptions[] = [
  {
    title: 'metrics.visitors', figure: (hour) => number(last(hour, 'visitors')),
    lines: [{ of: 'visitors', name: 'metrics.visitors', token: '--jade' }, { of: 'observers', name: 'metrics.observers', token: '--sky' }, { of: 'queue', name: 'metrics.queue', token: '--brass-fill' }],
  },
  {
    title: 'metrics.tick', figure: (hour) => t('metrics.unit_ms', { value: rounded(last(hour, 'tick_p99_ms')) }),
    lines: [{ of: 'tick_p99_ms', name: 'metrics.tick_most', token: '--jade' }, { of: 'tick_p50_ms', name: 'metrics.tick_half', token: '--sky' }],
  },
  {
    title: 'metrics.bytes', figure: bytesSaid, units: BYTES_A_SECOND,
    lines: [{ of: 'bytes_sent_s', name: 'metrics.bytes', token: '--jade' }],
  },
  {
    title: 'metrics.messages', figure: (hour) => t('metrics.unit_s', { value: rounded(last(hour, 'messages_s')) }),
    lines: [{ of: 'messages_s', name: 'metrics.messages', token: '--jade' }, { of: 'skipped_s', name: 'metrics.skipped', token: '--brass-fill' }],
  },
  { title: 'metrics.errors', figure: inHour('errors'), lines: [{ of: 'errors', name: 'metrics.errors', token: '--cinnabar' }], bars: true },
  { title: 'metrics.uploads', figure: inHour('uploads'), lines: [{ of: 'uploads', name: 'metrics.uploads', token: '--jade' }], bars: true },
  { title: 'metrics.memory', figure: (hour) => t('metrics.unit_mb', { value: rounded(last(hour, 'memory_mb')) }), lines: [{ of: 'memory_mb', name: 'metrics.memory', token: '--jade' }] },
];

export async function metricsView(main: HTMLElement): Promise<void> {
  const hour = new Hour();
  await hour.read();
  const state = el('p', 'metrics-state', { role: 'status' });
  const plots = PLOTS.map((options) => createPlot(hour, options));
  main.replaceChildren(
    el('div', 'work-head', {}, el('h1', '', {}, text('metrics.name'))),
    el('p', 'work-lead', {}, text('metrics.lead')),
    state,
    el('div', 'plots', {}, ...plots.map(({ element }) => element)),
  );
  const say = (): void => {
    state.classList.toggle('firing', hour.firing.length > 0);
    state.classList.toggle('passed', hour.firing.length === 0 && hour.passed.length > 0);
    live(state, () => sentence(hour));
  };
  say();
  const again = async (): Promise<void> => {
    if (document.hidden) return;
    try {
      await hour.read();
    } catch {
      live(state, 'operator.server_unreachable');
      return;
    }
    say();
    for (const plot of plots) plot.redraw();
  };
  setInterval(() => void again(), hour.period_s * 1000);
  document.addEventListener('visibilitychange', () => void again());
}

const last = (hour: Hour, name: Quantity): number => hour.column(name).at(-1) ?? 0;

/** In the unit of the plot's axis. */
function bytesSaid(hour: Hour): string {
  const { per, said } = unitFor(BYTES_A_SECOND, hour.column('bytes_sent_s'));
  return t(said, { value: rounded(last(hour, 'bytes_sent_s') / per) });
}

function inHour(name: Quantity): (hour: Hour) => string {
  return (hour) => t('metrics.of_hour', { count: hour.column(name).reduce((sum, value) => sum + value, 0) });
}
