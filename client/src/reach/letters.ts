/**
 * Messages that the visitor allowed: told to the server what is allowed, shown one at a time, answered, ended in one press.
 *
 * No DOM but through {@link LettersParts.show}; time is given.
 */
import type { ClientMessage, Invitation } from '../protocol/generated';
import { loadChoice, NOTHING, quietFor, saveChoice, type Choice } from './choice';

export interface LettersParts {
  say(message: ClientMessage): boolean;
  lang(): 'zh-CN' | 'en';
  /** This one is to be seen, or none. */
  show(letter: Invitation | null): void;
  /** The visitor wants to be led there. */
  lead(letter: Invitation): void;
  /** The booth that one is being led to is gone. */
  recalled(id: string): void;
  /** Whether somebody would see a message now. */
  seen(): boolean;
  now_ms(): number;
  load?(): Choice;
  save?(choice: Choice): void;
}

export class Letters {
  choice: Choice;
  #letter: Invitation | null = null;
  #told = false;

  constructor(private readonly parts: LettersParts) {
    this.choice = (parts.load ?? loadChoice)();
  }

  /**
   * In a hall: what is allowed is said, if anything ever was. That it is off, too: the line may have been down when it was turned off,
   * and the server remember a visitor who comes back.
   */
  welcomed(): void {
    this.#readAgain();
    if (this.choice.rate !== 'none' || this.choice.asked) this.#tell();
  }

  choose(choice: Choice): void {
    const was = this.choice.rate;
    this.#readAgain();
    // One may have come since they were asked.
    this.#keep({ ...choice, last_ms: this.choice.last_ms, asked: true });
    if (choice.rate === 'none') this.#put(null);
    if (choice.rate !== 'none' || was !== 'none') this.#tell();
  }

  /** Offered once, whatever becomes of it. True when this is that time. */
  mayOffer(): boolean {
    this.#readAgain();
    if (this.choice.asked || this.choice.rate !== 'none') return false;
    this.#keep({ ...this.choice, asked: true });
    return true;
  }

  /** In another tab of this browser it was chosen otherwise, or a message came: both are one visitor's. */
  elsewhere(choice: Choice): void {
    const was = this.choice.rate;
    this.choice = { ...choice, asked: choice.asked || this.choice.asked };
    if (choice.rate === 'none') this.#put(null);
    if (choice.rate !== 'none' || was !== 'none') this.#tell();
  }

  /** Somebody asked for all that is held of them to be erased. */
  forget(): void {
    this.#keep({ ...NOTHING, asked: true });
    this.#put(null);
  }

  /** False where it is not shown. */
  heard(letter: Invitation): boolean {
    // Another tab may have had one; and what is off is off, whatever was on its way.
    this.#readAgain();
    if (this.choice.rate === 'none' || quietFor(this.choice, this.parts.now_ms()) > 0) return false;
    this.#keep({ ...this.choice, last_ms: this.parts.now_ms() });
    this.#put(letter);
    this.look();
    return true;
  }

  recalled(ids: readonly string[]): void {
    for (const id of ids) this.parts.recalled(id);
    if (this.#letter && ids.includes(this.#letter.id)) this.#put(null);
  }

  /** Told once that it is seen; to be called now and then. */
  look(): void {
    if (!this.#letter || this.#told || !this.parts.seen()) return;
    this.#told = this.parts.say({ t: 'outcome', id: this.#letter.id, what: 'shown' });
  }

  take(): void {
    const letter = this.#letter;
    if (!letter) return;
    this.parts.say({ t: 'outcome', id: letter.id, what: 'led' });
    this.#put(null);
    this.parts.lead(letter);
  }

  later(): void {
    this.#put(null);
  }

  /** Off, in one press. */
  off(): void {
    if (this.#letter) this.parts.say({ t: 'outcome', id: this.#letter.id, what: 'off' });
    this.choose({ ...this.choice, rate: 'none' });
  }

  arrived(id: string): void {
    this.parts.say({ t: 'outcome', id, what: 'arrived' });
  }

  #put(letter: Invitation | null): void {
    this.#letter = letter;
    this.#told = false;
    this.parts.show(letter);
  }

  #tell(): void {
    const { rate, tags, booths } = this.choice;
    const off = rate === 'none';
    this.parts.say({
      t: 'reachable', rate, lang: this.parts.lang(), tags: off ? [] : [...tags], booths: !off && booths,
      quiet_s: quietFor(this.choice, this.parts.now_ms()),
    });
  }

  /** What another tab has kept holds here. What was never kept, in a browser without storage, stays as it is. */
  #readAgain(): void {
    const kept = (this.parts.load ?? loadChoice)();
    if (kept.asked || kept.rate !== 'none') this.choice = kept;
  }

  #keep(choice: Choice): void {
    this.choice = choice;
    (this.parts.save ?? saveChoice)(choice);
  }
}
