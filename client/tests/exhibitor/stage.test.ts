/** What is shown of a booth follows from its versions' states. */
import { describe, expect, test } from 'vitest';
import { hrefOf, parseAddress, previewHref, TABS, type Address } from '../../src/exhibitor/address';
import { shownStep, stepOf } from '../../src/exhibitor/progress';
import { actsOf, canBeDeleted, changedWeight, newest, nextAct, stageIn, stageOf, stepsOf } from '../../src/exhibitor/stage';
import { isBeforeHeavy } from '../../src/exhibitor/twoModels';
import type { BoothRecord, VersionState } from '../../src/net/boothRecords';
import { booth, version } from '../ui/sampleBooths';
import { read } from '../ui/sources';

const UNPLACED: Partial<BoothRecord> = { dress: null, hall: null, slot: null };
const one = (state: VersionState, more: Partial<BoothRecord> = {}): BoothRecord => booth('b', [version(1, state)], more);

describe('the stage of a booth', () => {
  test.each([
    ['received', 'checking'], ['checking', 'checking'], ['rejected', 'rejected'], ['ready', 'ready'], ['submitted', 'submitted'],
    ['approved', 'approved'], ['published', 'published'], ['withdrawn', 'withdrawn'],
  ] as const)('with one version that is %s is %s', (state, stage) => expect(stageOf(one(state))).toBe(stage));
  test('without a version is empty', () => expect(stageOf(booth('b', []))).toBe('empty'));
  test('is that of the newest version, in whatever order they come', () => {
    const versions = [version(2, 'rejected'), version(1, 'published'), version(3, 'ready')];
    expect(stageOf(booth('b', versions))).toBe('ready');
    expect(newest(booth('b', versions))?.number).toBe(3);
  });
  test('is that the staff took it down where it would be on show, and not where it is being worked on', () => {
    const taken_down = { act: 'a', reason: 'rights', note: '', at: '2026-11-22T09:00:00Z', until: null };
    expect(stageOf(one('published', { taken_down }))).toBe('taken_down');
    expect(nextAct(one('published', { taken_down }))).toBeNull();
    const both = booth('b', [version(1, 'published'), version(2, 'ready')], { taken_down });
    expect(stageOf(both)).toBe('ready');
    expect(both.versions.map((each) => stageIn(both, each))).toEqual(['taken_down', 'ready']);
  });
  test.each([[1000, 500, 'lighter'], [1000, 950, null], [1000, 1050, null], [1000, 3000, 'heavier']] as const)('of %i bytes %i are left: %s', (before, after, expected) => {
    const cost = { triangles: 1, draws: 1, texture_bytes: 1, materials: 1 };
    expect(changedWeight(version(1, 'ready', { before: { ...cost, bytes: before }, after: { ...cost, bytes: after } }))).toBe(expected);
  });
  test('tells a version that came back from one that was never submitted', () => {
    expect(stageOf(booth('b', [version(1, 'ready', { reason: '换图' })]))).toBe('returned');
  });
});

describe('the one thing to do', () => {
  test.each([
    ['received', null], ['checking', null], ['rejected', 'upload'], ['ready', 'submit'], ['submitted', null], ['approved', 'publish'],
    ['published', 'visit'], ['withdrawn', 'submit'],
  ] as const)('when it is %s and has a place is %s', (state, act) => expect(nextAct(one(state))).toBe(act));
  test.each(['ready', 'withdrawn'] as const)('when it is %s and has no place is to choose one', (state) => expect(nextAct(one(state, UNPLACED))).toBe('place'));
  test('without a model is to send one', () => expect(nextAct(booth('b', [], UNPLACED))).toBe('upload'));
});

test.each([[1_000_000, 1000, false], [27_700_000, 1000, true], [1_000_000, 4_500_000, true]])('what was sent, of %i bytes and %i triangles, comes only when asked for: %s', (bytes, triangles, heavy) => {
  expect(isBeforeHeavy({ bytes, before: { bytes, triangles, draws: 1, texture_bytes: 1, materials: 1 } })).toBe(heavy);
  expect(isBeforeHeavy({ bytes, before: null })).toBe(bytes > 8_000_000);
});

describe('steps', () => {
  const marks = (of: BoothRecord, uploading = false): string => Object.values(stepsOf(of, uploading)).map((state) => state[0]).join('');
  test.each([['received', 'dnaaa'], ['checking', 'dnaaa'], ['rejected', 'dbaaa'], ['ready', 'dddna'], ['submitted', 'ddddn'], ['published', 'ddddd']] as const)(
    'of a version that is %s are %s', (state, expected) => expect(marks(one(state))).toBe(expected));
  test('begin anew with a new file, whatever was before', () => expect(marks(one('published'), true)).toBe('naaaa'));
  test('know that the model is being made lighter', () => expect(marks(booth('b', [version(1, 'checking', { step: 'optimise' })]))).toBe('ddnaa'));
  test('show the review as what failed when it came back', () => expect(marks(booth('b', [version(1, 'ready', { reason: 'x' })]))).toBe('dddnb'));
});

test.each([
  ['published', ['withdraw']], ['submitted', ['withdraw']], ['approved', ['publish']], ['ready', ['submit']], ['withdrawn', ['again']],
  ['checking', []], ['rejected', []],
] as const)('a version that is %s may be %j', (state, acts) => expect(actsOf(one(state), version(1, state))).toEqual(acts));

test('a version that is seen, waited for or looked at cannot be deleted, as the server has it', () => {
  const states = ['received', 'checking', 'rejected', 'ready', 'submitted', 'approved', 'published', 'withdrawn'] as const;
  const [, allowed = ''] = /_CAN_BE_DELETED: Final = frozenset\(\{(.*)\}\)/.exec(read('server/yuanzhan/booths/desk.py')) ?? [];
  const onServer = [...allowed.matchAll(/State\.(\w+)/g)].map(([, name]) => (name as string).toLowerCase());
  expect(states.filter((state) => canBeDeleted(version(1, state))).sort()).toEqual(onServer.sort());
});

test('nothing is submitted without a place', () => {
  for (const state of ['ready', 'withdrawn'] as const) expect(actsOf(one(state, UNPLACED), version(1, state))).toEqual([]);
});

test.each([[null, 'check'], ['validate', 'check'], ['measure', 'check'], ['optimise', 'optimise'], ['textures', 'optimise'], ['thumbnail', 'preview'], ['anything', 'check']] as const)(
  'the step that the server calls %s is told as %s', (step, shown) => expect(shownStep(step)).toBe(shown));

test('a version that waits for others is not told as being checked', () => {
  expect([version(1, 'received'), version(1, 'checking')].map(stepOf)).toEqual(['upload', 'check']);
});

describe('an address', () => {
  const all: Address[] = [{ view: 'list' }, { view: 'new' }, ...TABS.map((tab) => ({ view: 'booth', booth: 'a b&c', tab }) as const)];
  test.each(all)('of %j is read as it was written', (address) => expect(parseAddress(new URL(hrefOf(address), 'http://x').search)).toEqual(address));
  test.each(['?booth=b&tab=secret', '?booth=b', '?booth=b&tab=model'])('%s falls to the model', (search) => expect(parseAddress(search)).toEqual({ view: 'booth', booth: 'b', tab: 'model' }));
});

test('the preview stands before the booth\u2019s place', () => {
  expect(previewHref('b 1', { hall: 'retail', slot: 'a03' })).toBe('/halls/retail/a03?preview=b%201');
  expect(previewHref('b', { hall: 'retail', slot: null })).toBe('/halls/retail?preview=b');
});
