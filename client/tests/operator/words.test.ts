/** Acts and moments as the console says them. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Act } from '../../src/operator/api';
import { actSentence, age, boothName, hoursWords, momentOf, nameBooths, nameHalls, reportName, targetWords, zoneName } from '../../src/operator/words';
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

test.each([
  ['slow', { slow_s: 30 }, '慢速发言：30 秒一句', 'Slow mode: 1 in 30 s'],
  ['slow', { slow_s: 0 }, '关闭慢速发言', 'Turn slow mode off'],
  ['capacity', { capacity: 1200 }, '设定容量：1,200', 'Capacity: 1,200'],
  ['hours', { hours: [{ days: [0, 1, 2, 3, 4], from: '09:00', to: '17:00' }] }, '设定开放时间：周一至五 09:00–17:00', 'Opening hours: Mo–Fr 09:00–17:00'],
  ['speakers', { speakers_only: true }, '仅嘉宾发言', 'Speakers only'],
  ['speakers', { speakers_only: false }, '恢复所有人发言', 'Let everybody talk'],
  ['door', { door: 'closed' }, '关闭', 'Close'],
])('what was set is told: %s %j', (kind, params, zh, en) => {
  const act: Act = { ...ACT, kind, params, by: [], reason: 'programme', ends_at: null };
  setLang('zh');
  expect(actSentence(act)).toBe(`林栀 将 小满 ${zh}（节目）`);
  setLang('en');
  expect(actSentence(act)).toContain(`林栀: ${en}, 小满`);
  setLang('zh');
});

test('a booth is called by its title in the page\'s language, and by its id where none is known', () => {
  const act: Act = { ...ACT, kind: 'take_down', hall: 'retail', name: 'longjing', params: { booth: 'longjing' }, by: [], reason: 'rights', ends_at: null };
  expect(actSentence(act)).toContain(' longjing ');
  nameBooths('retail', [{ id: 'longjing', title: { zh: '龙井茶', en: 'Longjing Tea' } }]);
  expect(actSentence(act)).toContain(' 龙井茶 ');
  expect(boothName('lobby', 'longjing')).toBe('longjing');
  const report = { what: 'booth', hall: 'retail', name: 'longjing', booth: 'longjing' } as const;
  setLang('en');
  expect([reportName(report), actSentence({ ...act, hall: 'lobby', params: { ...act.params, title: { zh: '茶', en: 'Tea' } } })])
    .toEqual(['Longjing Tea', expect.stringContaining(', Tea (')]);
  setLang('zh');
});

test('a target of the record is a hall by its name, and else as it is written', () => {
  nameHalls([{ id: 'culture', place: { zh: '曲水园', en: 'Song Garden' } }]);
  expect(['hall:culture', 'hall:gone', 'account:7'].map(targetWords)).toEqual(['展厅 曲水园', 'hall:gone', 'account:7']);
});

test('hours are told by days in a row, and their zone by its name', () => {
  const [from, to] = ['10:00', '21:30'];
  const days = [[0, 1, 2, 3, 4, 5, 6], [0, 1, 3, 5, 6], [2]];
  expect(hoursWords(days.map((each) => ({ days: each, from, to })))).toBe('每天 10:00–21:30；周一、二、四、六、日 10:00–21:30；周三 10:00–21:30');
  expect(hoursWords([])).toBe('全天开放');
  expect([zoneName('Asia/Shanghai'), zoneName('Moon/Sea')]).toEqual(['中国标准时间', 'Moon/Sea']);
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
