/** The hall that is watched: which it is, what stands in it, and what was said there. */
import { fetchHall, type Booth, type HallDescriptor } from '../net/api';
import { t } from '../text/catalogue';
import { fetchLines, type Act } from './api';
import type { ChosenPanel } from './chosenPanel';
import type { HallLines } from './hallLines';
import type { HallMap } from './hallMap';
import { nameBooths } from './words';

export interface WatchedHallParts {
  map: HallMap;
  panel: ChosenPanel;
  said: HallLines;
  /** What holds now for halls and booths. */
  standing(): readonly Act[];
  say(saying: () => string): void;
}

export class WatchedHall {
  id = '';
  /** Its booths and places, once they are known. */
  #described: HallDescriptor | null = null;
  /** What was taken down when its booths were read. */
  #readWith = '';

  constructor(private readonly parts: WatchedHallParts) {}

  get booths(): readonly Booth[] {
    return this.#described?.booths ?? [];
  }

  get takenDown(): readonly Act[] {
    return this.parts.standing().filter(({ kind, hall }) => kind === 'take_down' && hall === this.id);
  }

  /** Another one from now on. */
  watch(hall: string): void {
    this.id = hall;
    this.#described = null;
    this.parts.said.forget();
    this.parts.panel.showHall();
    void this.#readBooths();
  }

  /** Other acts hold, it may be: its booths are read where others are taken down, or where they are not known yet. */
  async standingRead(): Promise<void> {
    if (this.id !== '' && (this.#takenDownWord() !== this.#readWith || !this.#described)) await this.#readBooths();
  }

  /** What was said before somebody looked, or while the line was down. */
  async readLines(): Promise<void> {
    const hall = this.id;
    const lines = await fetchLines(hall).catch(() => null);
    if (!lines || this.id !== hall) return;
    this.parts.said.take(lines);
    this.parts.panel.linesRead();
  }

  async readEarlier(): Promise<void> {
    const hall = this.id;
    const before_ms = this.parts.said.lines[0]?.at_ms ?? Date.now();
    const lines = await fetchLines(hall, before_ms);
    if (this.id !== hall) return;
    if (lines.length === 0) this.parts.say(() => t('desk.said_no_earlier'));
    this.parts.said.takeEarlier(lines);
    this.parts.panel.linesRead();
  }

  #takenDownWord(): string {
    return this.takenDown.map(({ id }) => id).join();
  }

  /** Which booths stand there; the map shows them. */
  async #readBooths(): Promise<void> {
    const hall = this.id;
    const takenDown = this.#takenDownWord();
    const described = await fetchHall(hall).catch(() => null);
    if (!described || this.id !== hall) return;
    this.#readWith = takenDown;
    nameBooths(hall, described.booths);
    if (this.#described) this.parts.map.setBooths(described);
    else void this.parts.map.setHall(described);
    this.#described = described;
  }
}
