/** Which hall one is in, when the server, the network and the visitor's own mind each have their time. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { Welcome } from '../src/protocol/generated';
import { formatAddress, type Address } from '../src/visit/address';
import { Journey } from '../src/visit/journey';

/** Halls that come when the test says so. */
class Screen {
  shown: string | null = null;
  loading: string | null = null;
  #settle: { resolve(shown: boolean): void; reject(error: unknown): void } | null = null;

  load(id: string): Promise<boolean> {
    this.#settle?.resolve(false);
    this.loading = id;
    return new Promise((resolve, reject) => { this.#settle = { resolve, reject }; });
  }

  keep(): void {
    this.#settle?.resolve(false);
    this.#settle = this.loading = null;
  }

  async comes(): Promise<void> {
    this.shown = this.loading;
    this.loading = null;
    this.#settle?.resolve(true);
    this.#settle = null;
    await Promise.resolve();
  }

  async fails(): Promise<void> {
    this.loading = null;
    this.#settle?.reject(new Error('no network'));
    this.#settle = null;
    await new Promise((done) => { setTimeout(done); });
  }
}

let screen: Screen;
let said: string[];
/** Whether the last arrival was where the visitor had asked to go. */
let sought: boolean;
let line: boolean;

const welcome = (hall: string): Welcome => ({ t: 'welcome', hall, x: hall.length } as Welcome);

function begin(hall: string, at: string | null = null, linked = false): Journey {
  return new Journey(screen, { hall, at }, {
    ask: (address) => (said.push(`ask ${formatAddress(address)}`), line),
    at: (address: Address, instead) => void said.push(`${instead ? 'instead' : 'at'} ${formatAddress(address)}`),
    arrived: ({ hall: where }, place, asked) => void (said.push(`arrived ${where} ${place}`), sought = asked),
    failed: () => void said.push('failed'),
  }, linked);
}

beforeEach(() => {
  screen = new Screen();
  said = [];
  line = true;
});

async function standIn(hall: string): Promise<Journey> {
  const journey = begin(hall);
  journey.bring();
  journey.welcomed(welcome(hall));
  await screen.comes();
  expect(journey.settled).toBe(true);
  said = [];
  return journey;
}

describe('coming in', () => {
  test('waits for the hall when the welcome is there first', async () => {
    const journey = begin('lobby', 'desk');
    journey.bring();
    journey.welcomed(welcome('lobby'));
    expect(journey.settled).toBe(false);
    await screen.comes();
    expect(said).toEqual(['at /halls/lobby/desk', 'arrived lobby desk']);
  });

  test('waits for the welcome when the hall is there first', async () => {
    const journey = begin('lobby');
    journey.bring();
    await screen.comes();
    expect(said).toEqual([]);
    journey.welcomed(welcome('lobby'));
    expect(said).toEqual(['at /halls/lobby', 'arrived lobby null']);
  });

  test('loads anew at the welcome what had failed before the line was there', async () => {
    const journey = begin('lobby');
    journey.bring();
    await screen.fails();
    journey.welcomed(welcome('lobby'));
    expect(screen.loading).toBe('lobby');
    await screen.comes();
    expect(said).toEqual(['failed', 'at /halls/lobby', 'arrived lobby null']);
  });

  test('goes where the server says, if that is elsewhere', async () => {
    const journey = begin('lobby', 'desk');
    journey.bring();
    journey.welcomed(welcome('retail'));
    expect(screen.loading).toBe('retail');
    await screen.comes();
    expect(said).toEqual(['at /halls/retail', 'arrived retail null']);
  });
});

describe('a full hall', () => {
  test('is brought while one waits for it', () => {
    const journey = begin('lobby', 'desk');
    journey.queued('lobby');
    expect(screen.loading).toBe('lobby');
    journey.go({ hall: 'retail', at: null });
    journey.queued('retail');
    expect(screen.loading).toBe('retail');
    expect(said).toEqual(['at /halls/lobby/desk', 'ask /halls/retail', 'at /halls/retail']);
  });

  test('that one watched lets one in where one stands, not where the link led', async () => {
    const journey = begin('lobby', 'desk');
    journey.welcomed(welcome('lobby'));
    await screen.comes();
    journey.welcomed(welcome('lobby'), true);
    expect(said.filter((each) => each.startsWith('arrived'))).toEqual(['arrived lobby desk', 'arrived lobby null']);
  });
});

describe('coming back to a server that still knows one', () => {
  const resumed = { ...welcome('lobby'), resumed: true };

  test('by a link to a place asks to be taken there, once', () => {
    const journey = begin('lobby', 'desk', true);
    journey.welcomed(resumed);
    journey.welcomed(resumed);
    expect(said.filter((each) => each.startsWith('ask'))).toEqual(['ask /halls/lobby/desk']);
  });

  test('by a reload stays where one stood', () => {
    begin('lobby', 'desk').welcomed(resumed);
    expect(said).toEqual(['at /halls/lobby/desk']);
  });
});

describe('when the line breaks', () => {
  test('one comes back to where one stands, once one has come there', async () => {
    const journey = begin('lobby', 'desk');
    journey.bring();
    expect(journey.there).toBe(false);
    journey.welcomed(welcome('lobby'));
    expect(journey.there).toBe(false);
    await screen.comes();
    expect(journey.there).toBe(true);
  });

  test('before a place that was asked for was reached, it is what one comes to', async () => {
    const journey = await standIn('lobby');
    for (const place of [{ hall: 'lobby', at: 'desk' }, { hall: 'retail', at: null }]) {
      journey.go(place);
      expect(journey.there).toBe(false);
      journey.refused();
      expect(journey.there).toBe(true);
    }
    journey.go({ hall: 'lobby', at: 'desk' });
    journey.moved();
    expect(journey.there).toBe(true);
  });

  test('is where the visitor comes back to when the line broke, unless they asked for another place meanwhile', async () => {
    const journey = await standIn('lobby');
    journey.welcomed(welcome('lobby'));
    expect(sought).toBe(false);
    line = false;
    journey.go({ hall: 'lobby', at: 'desk' });
    journey.welcomed(welcome('lobby'));
    expect(sought).toBe(true);
  });
});

describe('going to another hall', () => {
  test('and back before it has come stays in the hall that is shown', async () => {
    const journey = await standIn('lobby');
    journey.go({ hall: 'retail', at: null });
    journey.welcomed(welcome('retail'));
    journey.go({ hall: 'lobby', at: null });
    journey.welcomed(welcome('lobby'));
    expect(screen).toMatchObject({ shown: 'lobby', loading: null });
    expect(said.at(-1)).toBe('arrived lobby null');
    expect(journey.settled).toBe(true);
  });

  test('and on to a third shows only the third', async () => {
    const journey = await standIn('lobby');
    journey.welcomed(welcome('retail'));
    journey.welcomed(welcome('culture'));
    await screen.comes();
    expect(screen.shown).toBe('culture');
    expect(said.filter((each) => each.startsWith('arrived'))).toEqual(['arrived culture null']);
  });

  test('that refuses leaves the visitor, and the address, where they were', async () => {
    const journey = await standIn('lobby');
    journey.go({ hall: 'full', at: null });
    journey.refused();
    expect(said).toEqual(['ask /halls/full', 'instead /halls/lobby']);
    expect(journey.wish).toEqual({ hall: 'lobby', at: null });
  });

  test('without a line is what the next hello asks for', async () => {
    const journey = await standIn('lobby');
    line = false;
    expect(journey.go({ hall: 'retail', at: 'tea' })).toBe(false);
    expect(journey.wish).toEqual({ hall: 'retail', at: 'tea' });
  });
});

test('a place of the same hall has its address once the server has taken one there', async () => {
  const journey = await standIn('lobby');
  journey.go({ hall: 'lobby', at: 'desk' });
  journey.moved();
  expect(said).toEqual(['ask /halls/lobby/desk', 'at /halls/lobby/desk']);
});

test('trying again brings a hall once', async () => {
  const journey = begin('lobby');
  journey.bring();
  await screen.fails();
  journey.bring();
  const loading = screen.load.bind(screen);
  let loads = 0;
  screen.load = (id) => (loads += 1, loading(id));
  journey.bring();
  expect(loads).toBe(0);
});
