/** Six plots of the last hour, and in words what is out of its bounds. */
import { isMessageKey, live, number, t } from '../text/catalogue';
import { el, text } from '../ui/dom';
import { Hour, type Firing, type Quantity } from './measurements';
import { createPlot, type PlotOptions } from './plot';

const MB = 1e6;

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
    title: 'metrics.bytes', figure: (hour) => t('metrics.unit_mb_s', { value: rounded(last(hour, 'bytes_sent_s') / MB) }), scale: 1 / MB,
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

function sentence(hour: Hour): string {
  if (hour.column('at_ms').length === 0) return t('metrics.empty');
  if (hour.firing.length === 0) return t('metrics.well');
  return hour.firing.map(alertSentence).join(' ');
}

function alertSentence({ alert, value, limit }: Firing): string {
  const key = `metrics.${alert}_alert`;
  return isMessageKey(key) ? t(key, { value: rounded(value), limit }) : alert;
}

const last = (hour: Hour, name: Quantity): number => hour.column(name).at(-1) ?? 0;

function inHour(name: Quantity): (hour: Hour) => string {
  return (hour) => t('metrics.of_hour', { count: hour.column(name).reduce((sum, value) => sum + value, 0) });
}

/** Three digits are all that is read at a glance. */
const rounded = (value: number): number => (value >= 100 ? Math.round(value) : Number(value.toPrecision(3)));
