/** One plot over the hour: uPlot in the page's own colours, with its figure said in words above it. */
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { live, onLang, t, type MessageKey } from '../text/catalogue';
import { el, text } from '../ui/dom';
import type { Hour, Quantity } from './measurements';
import { tickTime, unitFor, windowOf, type Unit } from './scales';

export interface PlotOptions {
  title: MessageKey;
  lines: readonly { of: Quantity; name: MessageKey; token: string }[];
  /** What is drawn is in the one of these that fits the hour. */
  units?: readonly Unit[];
  /** What the heading says of the hour. */
  figure: (hour: Hour) => string;
  bars?: boolean;
}

const HEIGHT_PX = 150;
/** A plot of nothing still has a height of its own: the top of its axis is at least this. */
const LEAST_TOP = 1;

export function createPlot(hour: Hour, options: PlotOptions): { element: HTMLElement; redraw(): void } {
  const figure = text(() => options.figure(hour), 'plot-figure');
  const box = el('div', 'plot-box', { role: 'img' });
  live(box, () => `${t(options.title)} ${options.figure(hour)}`, 'aria-label');
  const element = el('section', 'plot', { 'data-plot': options.title }, el('div', 'plot-head', {}, el('h2', '', {}, text(options.title)), figure), box);
  let drawn: uPlot | null = null;

  const data = (): uPlot.AlignedData => {
    const at = secondsOf(hour);
    const per = perOf(hour, options);
    const lines = options.lines.map(({ of }) => hour.column(of).map((value) => value / per));
    const limit = limitOf(hour, options);
    return [at, ...lines, ...(limit === null ? [] : [at.map(() => limit)])];
  };
  const build = (): void => {
    drawn?.destroy();
    drawn = new uPlot(settings(hour, options, box.clientWidth || 320), data(), box);
  };
  // The first size comes at once, later ones as the window changes.
  new ResizeObserver(() => (drawn ? drawn.setSize({ width: box.clientWidth, height: HEIGHT_PX }) : build())).observe(box);
  onLang(build);
  // Day and night paper: a class of the whole page.
  new MutationObserver(build).observe(document.documentElement, { attributeFilter: ['class'] });

  return {
    element,
    redraw() {
      live(figure, () => options.figure(hour));
      live(box, () => `${t(options.title)} ${options.figure(hour)}`, 'aria-label');
      drawn?.setData(data());
    },
  };
}

const secondsOf = (hour: Hour): number[] => hour.column('at_ms').map((at_ms) => at_ms / 1000);

const perOf = (hour: Hour, { lines, units }: PlotOptions): number =>
  units ? unitFor(units, lines.flatMap(({ of }) => hour.column(of))).per : 1;

function limitOf(hour: Hour, options: PlotOptions): number | null {
  const limit = options.lines.map(({ of }) => hour.limits[of]).find((value) => value !== undefined);
  return limit === undefined ? null : limit / perOf(hour, options);
}

function settings(hour: Hour, options: PlotOptions, width: number): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const colour = (token: string): string => style.getPropertyValue(token).trim();
  const axis = { stroke: colour('--ink-3'), font: `12px ${style.getPropertyValue('--sans').trim() || 'sans-serif'}`, grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false } };
  const bars = uPlot.paths.bars?.({ size: [0.6, 12, 3] });
  const limit = limitOf(hour, options) === null ? [] : [{ label: t('metrics.limit'), stroke: colour('--cinnabar'), width: 1, dash: [4, 4], points: { show: false } }];
  return {
    width,
    height: HEIGHT_PX,
    padding: [8, 8, 0, 0],
    legend: { show: options.lines.length > 1 || limit.length > 0, live: false },
    cursor: { show: false },
    scales: {
      x: { range: () => windowOf(secondsOf(hour)) },
      y: { range: (_plot, _least, most) => [0, Math.max(LEAST_TOP, (most ?? 0) * 1.1)] },
    },
    axes: [
      { ...axis, grid: { show: false }, values: (_plot, splits, _axis, _space, apart_s) => splits.map((at_s) => tickTime(new Date(at_s * 1000), apart_s)), space: 70, size: 28 },
      { ...axis, size: 48 },
    ],
    series: [
      {},
      ...options.lines.map(({ name, token }) => ({
        label: t(name), stroke: colour(token), fill: options.bars ? colour(token) : '', width: 1.5, points: { show: (plot: uPlot) => !options.bars && plot.data[0].length === 1 },
        ...(options.bars && bars ? { paths: bars } : {}),
      })),
      ...limit,
    ],
  };
}
