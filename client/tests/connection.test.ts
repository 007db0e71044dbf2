import { encode } from '@msgpack/msgpack';
import { describe, expect, it } from 'vitest';
import { backoff_s } from '../src/net/backoff';
import { Connection, type ConnectionState, type EndReason } from '../src/net/connection';
import type { ServerMessage, Welcome } from '../src/protocol/generated';
import { decode } from '@msgpack/msgpack';

const WELCOME: Welcome = {
  t: 'welcome', id: 1, hall: 'lobby', token: 'token-1', resumed: false, name: 'a', look: 0, x: 0, y: 0, z: 0, yaw: 0, tick: 0, tick_hz: 10,
  cell_m: 4, origin_x: 0, origin_z: 0, floor_y: 0, near_ring: 1, mid_ring: 3, slots: 10, capacity: 10, population: 1,
};

/** The socket's other end, in the test's hands. */
class Line {
  binaryType = '';
  bufferedAmount = 0;
  sent: Record<string, unknown>[] = [];
  closed = false;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: ArrayBuffer }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  send(bytes: Uint8Array): void {
    this.sent.push(bytes[0] === 1 ? (decode(bytes.subarray(1)) as Record<string, unknown>) : { pose: bytes.length });
  }

  close(): void {
    this.closed = true;
  }

  open(): void {
    this.onopen?.();
  }

  tell(message: ServerMessage): void {
    this.bytes(Uint8Array.from([1, ...encode(message)]));
  }

  bytes(bytes: Uint8Array): void {
    this.onmessage?.({ data: bytes.slice().buffer });
  }

  drop(code: number): void {
    this.onclose?.({ code });
  }
}

function setUp() {
  const lines: Line[] = [];
  const timers = new Map<number, { run: () => void; delay_s: number }>();
  const states: [ConnectionState, EndReason | null][] = [];
  const frames: number[] = [];
  const heard: string[] = [];
  let token: string | null = null;
  let timer = 0;
  const connection = new Connection(
    'ws://test/ws',
    {
      hello: () => ({ hall: 'lobby', name: '安', look: 5, lang: 'zh-CN', at: null, stood: { x: 1.5, z: -2, yaw: 0.5 } }),
      welcome: () => void heard.push('welcome'),
      message: (message) => void heard.push(message.t),
      frame: (bytes) => void frames.push(bytes.length),
      state: (state, { reason }) => void states.push([state, reason]),
    },
    { get: () => token, set: (next) => { token = next; } },
    {
      open: () => {
        const line = new Line();
        lines.push(line);
        return line as unknown as WebSocket;
      },
      random: () => 0.5,
      setTimer: (run, delay_s) => {
        timer += 1;
        timers.set(timer, { run, delay_s });
        return timer;
      },
      clearTimer: (id) => void timers.delete(id),
    },
  );
  return {
    connection, lines, timers, states, frames, heard,
    get token() {
      return token;
    },
    get line() {
      return lines.at(-1)!;
    },
    /** Run the only timer there is; returns its delay. */
    elapse(): number {
      expect(timers.size).toBe(1);
      const [[id, { run, delay_s }]] = [...timers] as [[number, { run: () => void; delay_s: number }]];
      timers.delete(id);
      run();
      return delay_s;
    },
    join(): void {
      connection.start();
      lines.at(-1)!.open();
      lines.at(-1)!.tell(WELCOME);
    },
  };
}

describe('a connection', () => {
  it('says hello, joins, and keeps the token', () => {
    const test = setUp();
    test.join();
    expect(test.line.sent[0]).toMatchObject({ t: 'hello', hall: 'lobby', name: '安', token: null });
    expect(test.connection.state).toBe('joined');
    expect(test.token).toBe('token-1');
    test.line.tell({ t: 'token', token: 'token-2' });
    expect(test.token).toBe('token-2');
    expect(test.timers.size).toBe(0);
  });

  it('waits in a queue as long as it takes, with the token that keeps the place, and joins by itself', () => {
    const test = setUp();
    test.connection.start();
    test.line.open();
    test.line.tell({ t: 'token', token: 'token-q' });
    test.line.tell({ t: 'queued', hall: 'lobby', place: 3, length: 5 });
    expect(test.connection.state).toBe('queued');
    expect(test.timers.size).toBe(0);
    expect(test.connection.sendPose(new Uint8Array(32))).toBe(false);
    expect(test.connection.send({ t: 'go', hall: 'retail', at: null })).toBe(true);
    test.line.drop(1006);
    test.elapse();
    test.line.open();
    expect(test.line.sent[0]).toMatchObject({ token: 'token-q' });
    test.line.tell({ t: 'queued', hall: 'lobby', place: 1, length: 5 });
    test.line.tell({ ...WELCOME, observer: true });
    test.line.tell({ t: 'queued', hall: 'lobby', place: 9, length: 9 });
    expect(test.connection.state).toBe('joined');
    expect(test.heard).toEqual(['token', 'queued', 'queued', 'welcome', 'welcome', 'queued']);
  });

  it('sends nothing before it has joined and after it was lost', () => {
    const test = setUp();
    expect(test.connection.send({ t: 'chat', text: 'a' })).toBe(false);
    test.join();
    expect(test.connection.send({ t: 'chat', text: 'a' })).toBe(true);
    test.line.drop(1006);
    expect(test.connection.sendPose(new Uint8Array(32))).toBe(false);
  });

  it('comes back with the token, waiting longer each time, and starts short again', () => {
    const test = setUp();
    test.join();
    test.line.drop(1006);
    const waits = [];
    for (let round = 0; round < 8; round += 1) {
      waits.push(test.elapse());
      if (round < 7) test.line.drop(1006);
    }
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
    expect(waits[0]).toBeLessThan(1);
    expect(waits.at(-1)).toBeLessThanOrEqual(10);
    test.line.open();
    expect(test.line.sent[0]).toMatchObject({ token: 'token-1' });
    test.line.tell(WELCOME);
    test.line.drop(1001);
    expect(test.elapse()).toBeLessThan(1);
  });

  it('waits as long as the stopping server asks', () => {
    const test = setUp();
    test.join();
    test.line.tell({ t: 'closing', code: 1001, reason: 'going_away', retry_s: 3 });
    test.line.drop(1001);
    expect(test.elapse()).toBeGreaterThanOrEqual(3);
  });

  it('forgets a token that is refused and joins anew', () => {
    const test = setUp();
    test.join();
    test.line.drop(1006);
    test.elapse();
    test.line.open();
    test.line.drop(4401);
    expect(test.token).toBeNull();
    test.elapse();
    test.line.open();
    expect(test.line.sent[0]).toMatchObject({ token: null });
  });

  it.each([
    [4409, 'replaced'],
    [4503, 'hall_full'],
    [4404, 'no_such_hall'],
    [4400, 'refused'],
    [4403, 'bad_name'],
  ] as const)('ends at %i and does not fight', (code, reason) => {
    const test = setUp();
    test.join();
    test.line.drop(code);
    expect(test.states.at(-1)).toEqual(['ended', reason]);
    expect(test.timers.size).toBe(0);
  });

  it('can be tried again by the visitor after it ended', () => {
    const test = setUp();
    test.join();
    test.line.drop(4503);
    test.connection.retryNow();
    expect(test.lines.length).toBe(2);
    expect(test.connection.state).toBe('connecting');
  });

  it('tells bad looks from bad names', () => {
    const test = setUp();
    test.connection.start();
    test.line.open();
    test.line.tell({ t: 'closing', code: 4403, reason: 'bad_look', retry_s: null });
    test.line.drop(4403);
    expect(test.states.at(-1)).toEqual(['ended', 'bad_look']);
  });

  it('gives up a socket that never welcomes, and hears nothing more of it', () => {
    const test = setUp();
    test.connection.start();
    const first = test.line;
    const late = first.onmessage;
    test.elapse();
    expect(first.closed).toBe(true);
    expect(test.connection.state).toBe('waiting');
    late?.({ data: Uint8Array.from([1, ...encode(WELCOME)]).buffer });
    expect(test.connection.state).toBe('waiting');
  });

  it('joins anew after bytes that are no message', () => {
    const test = setUp();
    test.join();
    test.line.bytes(Uint8Array.of(1, 0xc1, 0xff));
    expect(test.connection.state).toBe('waiting');
  });

  it('gives frames on and passes unknown kinds over', () => {
    const test = setUp();
    test.join();
    test.line.bytes(Uint8Array.of(0x20, 0, 0, 0, 0, 0, 0, 0));
    test.line.bytes(Uint8Array.of(0x77, 1, 2, 3));
    expect(test.frames).toEqual([8]);
    expect(test.connection.state).toBe('joined');
  });

  it('leaves with a goodbye and without a token', () => {
    const test = setUp();
    test.join();
    test.connection.leave();
    expect(test.line.sent.at(-1)).toEqual({ t: 'bye' });
    expect(test.token).toBeNull();
    expect(test.states.at(-1)).toEqual(['ended', 'left']);
  });
});

describe('the wait', () => {
  it('lies between half and all of a doubling, capped time', () => {
    for (let attempt = 0; attempt < 40; attempt += 1) {
      const full = Math.min(10, 0.5 * 2 ** attempt);
      expect(backoff_s(attempt, () => 0)).toBeCloseTo(full / 2);
      expect(backoff_s(attempt, () => 1)).toBeCloseTo(full);
    }
  });
});
