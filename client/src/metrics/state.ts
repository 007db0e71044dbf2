/** In words: what alarms, what is out of bounds and not yet for long, or that all is well. */
import { isMessageKey, t } from '../text/catalogue';
import type { Hour, Passed } from './measurements';
import { rounded } from './scales';

export function sentence({ isEmpty, firing, passed, holds_s }: Pick<Hour, 'isEmpty' | 'firing' | 'passed' | 'holds_s'>): string {
  if (isEmpty) return t('metrics.empty');
  if (firing.length + passed.length === 0) return t('metrics.well', { holds: holds_s });
  return [
    ...firing.map((alert) => t('metrics.alarms', { what: said(alert) })),
    ...passed.map((alert) => t('metrics.passed', { what: said(alert), for: alert.for_s, holds: holds_s })),
  ].join(' ');
}

function said({ alert, value, limit }: Omit<Passed, 'for_s'>): string {
  const key = `metrics.${alert}_alert`;
  return isMessageKey(key) ? t(key, { value: rounded(value), limit }) : alert;
}
