/** Acts and moments as the console says them. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Act } from '../../src/operator/api';
import { actSentence, age, momentOf } from '../../src/operator/words';
import { setLang } from '../../src/text/catalogue';

beforeAll(() => vi.stubGlobal('document', { documentElement: {}, querySelectorAll: () => [] }));
afterAll(() => {
  setLang('zh');
  vi.unstubAllGlobals();
});

const ACT: Act = {
  id: '1', kind: 'mute', reason: 'advertising', hall: 'lobby', name: '小满', note: '', comment: '', by: ['account'], params: {},
  actor: { id: '2', name: '林栀' }, report: null, made_at: '2026-11-27T11:00:00Z', ends_at: '2026-11-27T11:30:00Z', undone_at: null,
  lasting: true, holds: true,
};

test('an act is told with its time, but one that ends with its event without', () => {
  expect(actSentence(ACT)).toBe('林栀 将 小满 禁言 30 分钟（广告）');
  const stage = { ...ACT, kind: 'stage', reason: 'programme', ends_at: '2026-11-29T11:00:00Z' };
  expect(actSentence(stage)).toBe('林栀 将 小满 请上台（节目）');
});

test.each(['zh', 'en'] as const)('a moment of today is its clock, of another day that day as well, in %s', (lang) => {
  setLang(lang);
  const now = new Date(2026, 10, 27, 12, 0);
  expect(momentOf(new Date(2026, 10, 27, 0, 5).getTime(), now)).toBe('00:05');
  expect(momentOf(new Date(2026, 10, 26, 19, 5).getTime(), now)).toBe(lang === 'zh' ? '11月26日 周四 19:05' : 'Thu 26 Nov 19:05');
});

test('a report grows older', () => {
  setLang('en');
  const now = new Date(2026, 10, 27, 12, 0);
  const ago = (minutes: number): string => age(new Date(now.getTime() - minutes * 60_000).toISOString(), now);
  expect([ago(0), ago(6), ago(90), ago(24 * 60)]).toEqual(['just now', '6 min ago', '10:30', 'Thu 26 Nov 12:00']);
});
