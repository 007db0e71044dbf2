import { describe, expect, it } from 'vitest';
import { formatAddress, parseAddress, sameAddress } from '../src/visit/address';
import { Muting } from '../src/visit/muting';
import { Quality, rangeFor } from '../src/visit/quality';
import { Worn } from '../src/visit/worn';
import { breakLines } from '../src/xr/lines';

describe('addresses', () => {
  it('name halls and places, and nothing else', () => {
    expect(parseAddress('/')).toBeNull();
    expect(parseAddress('/exhibitor')).toBeNull();
    expect(parseAddress('/halls/retail')).toEqual({ hall: 'retail', at: null });
    expect(parseAddress('/halls/retail/')).toEqual({ hall: 'retail', at: null });
    expect(parseAddress('/halls/retail/longjing')).toEqual({ hall: 'retail', at: 'longjing' });
    expect(parseAddress('/halls/a/b/c')).toBeNull();
    expect(parseAddress('/halls/%E5')).toEqual({ hall: '%E5', at: null });
  });

  it('are written as they are read', () => {
    for (const address of [{ hall: 'retail', at: null }, { hall: '西湖/市集', at: '龙井 #1' }]) {
      expect(parseAddress(formatAddress(address))).toEqual(address);
    }
    expect(sameAddress({ hall: 'a', at: null }, { hall: 'a', at: 'b' })).toBe(false);
  });
});

describe('quality', () => {
  const run = (quality: Quality, seconds: number, hz: number): void => {
    for (let frame = 0; frame < seconds * hz; frame += 1) quality.frame(1 / hz);
  };

  it('falls while frames are slow, to its lowest and no further', () => {
    const quality = new Quality({ lowest: 0.6, highest: 2 });
    run(quality, 20, 20);
    expect(quality.ratio).toBeCloseTo(0.6);
  });

  it('stays where frames are in time', () => {
    const quality = new Quality({ lowest: 0.6, highest: 2 });
    run(quality, 30, 60);
    expect(quality.ratio).toBe(2);
  });

  it('rises after a long quiet, but never again to what was too much', () => {
    const quality = new Quality({ lowest: 0.5, highest: 2 });
    run(quality, 2.2, 20);
    const low = quality.ratio;
    run(quality, 60, 72);
    expect(quality.ratio).toBeGreaterThanOrEqual(low);
    expect(quality.ratio).toBeLessThan(2);
  });

  it('is not misled by one long frame', () => {
    const quality = new Quality({ lowest: 0.6, highest: 2 });
    for (let second = 0; second < 20; second += 1) {
      quality.frame(0.4);
      run(quality, 1, 60);
    }
    expect(quality.ratio).toBe(2);
  });

  it('begins lower on phones', () => {
    expect(rangeFor(3, true).highest).toBeLessThan(rangeFor(3, false).highest);
    expect(rangeFor(1, false)).toEqual({ lowest: 0.6, highest: 1 });
  });
});

describe('lines for the canvas', () => {
  const measure = (text: string): number => [...text].reduce((sum, c) => sum + (c.charCodeAt(0) > 0x2e80 ? 2 : 1), 0);

  it('break Chinese anywhere but before its punctuation', () => {
    expect(breakLines('一二三四五，六七', 10, measure)).toEqual(['一二三四五，', '六七']);
  });

  it('break Latin between words', () => {
    expect(breakLines('the quick brown fox', 10, measure)).toEqual(['the quick', 'brown fox']);
  });

  it('lose nothing but spaces at the breaks', () => {
    const text = '元展 Yuanzhan 让一万人同游，看 1,234 件展品。Walk the halls together!\n第二段';
    for (const width of [6, 11, 20, 200]) {
      expect(breakLines(text, width, measure).join('').replaceAll(' ', '')).toBe(text.replaceAll(/\s/g, ''));
    }
  });
});

describe('name and look', () => {
  const dressed = (): { worn: Worn; shown: string[]; looks: number[] } => {
    const shown: string[] = [];
    const looks: number[] = [];
    const worn = new Worn({ name: '小王', look: 1 }, { changed: ({ name, look }) => shown.push(`${name} ${look}`), look: (look) => looks.push(look) });
    return { worn, shown, looks };
  };

  it('that are refused are as they were, by the name that the server has given', () => {
    const { worn, shown, looks } = dressed();
    worn.welcomed({ name: '小王 2', look: 1 });
    worn.choose({ name: '掌柜', look: 7 });
    expect(worn.profile).toEqual({ name: '掌柜', look: 7 });
    worn.refused();
    expect(worn.profile).toEqual({ name: '小王 2', look: 1 });
    expect(shown).toEqual(['小王 2 1', '掌柜 7', '小王 2 1']);
    expect(looks).toEqual([7, 1]);
  });

  it('that were granted stay when the next ones are refused', () => {
    const { worn } = dressed();
    worn.choose({ name: '掌柜', look: 7 });
    worn.named('掌柜');
    worn.choose({ name: '李雷', look: 9 });
    worn.refused();
    expect(worn.profile).toEqual({ name: '掌柜', look: 7 });
  });
});

describe('what can be written', () => {
  it('is nothing for who was muted, and where only others speak', () => {
    let why: string | null = null;
    let more: (() => void) | undefined;
    let onStage = false;
    const muting = new Muting(() => onStage, (closed) => {
      const saying = closed?.saying ?? null;
      why = typeof saying === 'function' ? saying() : saying;
      more = closed?.more;
    });
    muting.ruled({ t: 'rules', door: 'open', slow_s: 0, speakers_only: true });
    expect(why).toBe('hud.chat.speakers');
    muting.speaks(true);
    expect(why).toBeNull();
    const act = { act: 'a', kind: 'mute', reason: 'abuse', note: '', left_s: null };
    muting.muted({ act, end: null });
    expect(why).toBe('您被禁言，事由：辱骂');
    muting.muted({ act, end: new Date(new Date().setHours(23, 59, 0, 0)) });
    expect(why).toBe('禁言到 23:59，事由：辱骂');
    expect(more).toBeDefined();
    muting.muted(null);
    muting.speaks(false);
    expect(why).toBe('hud.chat.speakers');
    onStage = true;
    muting.ruled({ t: 'rules', door: 'open', slow_s: 5, speakers_only: true });
    expect(why).toBeNull();
  });
});
