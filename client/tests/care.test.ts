/** Who a visitor sees, whom a press means, what an operator's act tells. */
import { describe, expect, it, vi } from 'vitest';
import vectors from '../../tests/vectors/wire.json';
import { MOTION_STRIDE, type CrowdView } from '../src/avatars/crowdView';
import { SeenCrowd } from '../src/crowd/seen';
import { Dots } from '../src/operator/dots';
import { pickPerson } from '../src/player/pickPerson';
import { ProtocolError } from '../src/protocol/errors';
import { DotFlag, STANDING_MAX_COUNT, type Restricted, type Sanction } from '../src/protocol/generated';
import { endOf, howEnded, sanctionSentence, untilWords } from '../src/ui/sanctions';
import { Care } from '../src/visit/care';

type Place = { x: number; z: number };

function crowdOf(places: readonly (Place | null)[], selfSlot: number | null = null): CrowdView & { selfSlot: number | null } {
  const capacity = places.length;
  const motion = new Float32Array(capacity * MOTION_STRIDE);
  const present = new Uint8Array(capacity);
  const ids = new Uint32Array(capacity);
  places.forEach((place, slot) => {
    ids[slot] = 65_536 + slot;
    if (!place) return;
    present[slot] = 1;
    motion[slot * MOTION_STRIDE + 4] = place.x;
    motion[slot * MOTION_STRIDE + 6] = place.z;
  });
  return {
    capacity, extent: capacity, ids, present, motion, selfSlot, looks: new Uint32Array(capacity), actions: new Uint8Array(capacity),
    headYaw: new Float32Array(capacity), headPitch: new Float32Array(capacity), xr: new Map(), looksVersion: 0, version: 0,
  };
}

describe('the crowd as one wants to see it', () => {
  const crowd = crowdOf([{ x: 0, z: 0 }, { x: 0.5, z: 0 }, { x: 3, z: 0 }, null, { x: 0.2, z: 0.2 }], 4);

  it('is everybody, as long as one has chosen nothing', () => {
    const seen = new SeenCrowd(crowd);
    seen.look(new Set(), 0, 0, 0);
    expect([...seen.present]).toEqual([1, 1, 1, 0, 1]);
  });

  it('lacks who is hidden, and the crowd itself does not', () => {
    const seen = new SeenCrowd(crowd);
    seen.look(new Set([65_536 + 2]), 0, 0, 0);
    expect([...seen.present]).toEqual([1, 1, 0, 0, 1]);
    expect(crowd.present[2]).toBe(1);
    seen.look(new Set(), 0, 0, 0);
    expect(seen.present[2]).toBe(1);
  });

  it('lacks whoever stands within the bubble, but never oneself', () => {
    const seen = new SeenCrowd(crowd);
    seen.look(new Set(), 0, 0, 1);
    expect([...seen.present]).toEqual([0, 0, 1, 0, 1]);
  });
});

describe('whom a press means', () => {
  const crowd = crowdOf([{ x: 0, z: -5 }, { x: 0, z: -3 }, { x: 2, z: -5 }, null], null);
  const ahead = { origin: { x: 0, y: 1.6, z: 0 }, direction: { x: 0, y: 0, z: -1 } };

  it('is the nearest along the ray', () => expect(pickPerson(ahead, crowd)?.id).toBe(65_537));
  it('is nobody beside, above or behind', () => {
    expect(pickPerson({ ...ahead, origin: { x: 1, y: 1.6, z: 0 } }, crowd)).toBeNull();
    expect(pickPerson({ ...ahead, origin: { x: 0, y: 2.2, z: 0 } }, crowd)).toBeNull();
    expect(pickPerson({ ...ahead, direction: { x: 0, y: 0, z: 1 } }, crowd)).toBeNull();
    expect(pickPerson({ ...ahead, direction: { x: 0, y: -1, z: 0 } }, crowd)).toBeNull();
  });
  it('is not oneself', () => expect(pickPerson(ahead, { ...crowd, selfSlot: 1 })?.id).toBe(65_536));
});

describe('an operator\'s act', () => {
  const mute: Sanction = { act: 'a', kind: 'mute', reason: 'abuse', note: '', left_s: 60 };
  const ban: Sanction = { act: 'b', kind: 'ban', reason: 'fraud', note: '', left_s: null };
  const restricted = (acts: Sanction[], more: Partial<Restricted> = {}): Restricted =>
    ({ t: 'restricted', chat: false, voice: false, hidden: false, frozen: false, acts, ...more });

  function cared(): { care: Care; heard: string[] } {
    const heard: string[] = [];
    const care = new Care({
      sanctioned: ({ act }) => heard.push(`told ${act}`), lifted: (acts) => heard.push(`lifted ${acts.join()}`),
      muted: (by) => heard.push(by ? `muted by ${by.act?.act ?? 'some'} till ${by.end?.getTime() ?? 'undone'}` : 'free'),
    }, () => 1000);
    return { care, heard };
  }

  it('is told once, however often it comes, and its end is told', () => {
    const { care, heard } = cared();
    care.restricted(restricted([mute], { chat: true }));
    care.restricted(restricted([mute], { chat: true }));
    care.restricted(restricted([]));
    expect(heard).toEqual(['muted by a till 61000', 'told a', 'muted by a till 61000', 'free', 'lifted a']);
  });

  it('closes chat by the one of several that holds the longest, and tells each end', () => {
    const { care, heard } = cared();
    care.restricted(restricted([mute, { ...mute, act: 'c', left_s: null }], { chat: true }));
    care.restricted(restricted([{ ...mute, act: 'c', left_s: null }], { chat: true }));
    expect(heard).toEqual(['muted by c till undone', 'told a', 'told c', 'muted by c till undone', 'lifted a']);
  });

  it('that a full list has no room for holds still, and closes chat as long as the server says so', () => {
    const { care, heard } = cared();
    const later = Array.from({ length: STANDING_MAX_COUNT }, (_, at): Sanction => ({ ...mute, act: `h${at}`, kind: 'hide' }));
    care.restricted(restricted([mute, ...later.slice(1)], { chat: true }));
    heard.length = 0;
    care.restricted(restricted(later, { chat: true }));
    expect(heard).toEqual(['muted by some till undone', 'told h0']);
    heard.length = 0;
    care.restricted(restricted(later));
    expect(heard).toEqual(['free']);
    // There is room again: what is not listed now is over.
    care.restricted(restricted(later.slice(1)));
    expect(heard).toEqual(['free', 'free', 'lifted a,h0']);
  });

  it('says until when, at the time of day, and of another day its date too', () => {
    const noon = new Date(2026, 10, 28, 12, 0);
    const end = endOf(mute, noon.getTime());
    expect(end?.getTime()).toBe(noon.getTime() + 60_000);
    expect(sanctionSentence({ ...mute, left_s: 1800 }, new Date(2026, 10, 28, 12, 30))).toMatch(/30 分钟.*12:30/);
    expect(untilWords(new Date(2026, 10, 28, 12, 30), noon)).toBe('12:30');
    expect(untilWords(new Date(2026, 10, 29, 9, 5), noon)).toBe('11月29日 周日 09:05');
    expect(endOf({ left_s: null })).toBeNull();
  });

  it('is told as an appeal that was granted, where it was', async () => {
    const answer = { a: { holds: false, appeal: '' }, b: { holds: false, appeal: 'granted' } };
    vi.stubGlobal('fetch', async (url: string) => Response.json(answer[/acts\/(.)/.exec(url)?.[1] as 'a' | 'b']));
    expect(await howEnded(['a'])).toBe('sanction.lifted');
    expect(await howEnded(['a', 'b'])).toBe('sanction.appeal_granted');
    vi.unstubAllGlobals();
  });

  it('that keeps one out is kept for the page that says so', () => {
    const { care, heard } = cared();
    care.restricted(restricted([ban]));
    expect(care.last).toBe(ban);
    expect(heard).toEqual(['free']);
  });

  it('is never sent with more than what it is about', () => {
    const subject = { what: 'message', id: 7, line: 9, booth: 'tea', name: 'x' } as const;
    expect(Care.report(subject, 'abuse')).toEqual({ t: 'report', what: 'message', reason: 'abuse', id: null, line: 9, booth: null });
  });
});

describe('dots', () => {
  const unhex = (hex: string): Uint8Array => Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
  const area = { origin_x: -10, origin_z: 0, width_m: 65.536, depth_m: 65.536 };

  it('are read as the server wrote them', () => {
    const dots = new Dots();
    dots.read(unhex(vectors.dots.hex), area, 0);
    expect(dots.count).toBe(vectors.dots.dots.length);
    const [first, second] = vectors.dots.dots as { slot: number; generation: number; flags: number; x: number; z: number }[];
    expect(dots.ids[0]).toBe((first!.generation << 16) + first!.slot);
    expect(dots.flags[0]).toBe(DotFlag.MUTED | DotFlag.REPORTED);
    expect(dots.x[0]).toBeCloseTo(-10 + (first!.x + 0.5) / 1000, 4);
    expect(dots.z[1]).toBeCloseTo((second!.z + 0.5) / 1000, 4);
    expect(dots.indexOf((second!.generation * 65_536) + second!.slot)).toBe(1);
  });

  it('of a wrong size are refused', () => {
    const bytes = unhex(vectors.dots.hex);
    expect(() => new Dots().read(bytes.subarray(0, bytes.length - 1), area, 0)).toThrow(ProtocolError);
    expect(() => new Dots().read(bytes.subarray(0, 4), area, 0)).toThrow(ProtocolError);
    expect(() => new Dots().read(Uint8Array.of(0x20, 0, 0, 0, 0, 0, 0, 0), area, 0)).toThrow(ProtocolError);
  });

  it('lead to whoever stands nearest, if near enough', () => {
    const dots = new Dots();
    dots.read(unhex(vectors.dots.hex), area, 0);
    expect(dots.nearest(dots.x[0] as number, dots.z[0] as number, 1)).toBe(dots.ids[0]);
    expect(dots.nearest(500, 500, 1)).toBeNull();
  });
});
