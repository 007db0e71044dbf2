/**
 * Whether the visitor can write here: an operator may have said no to them, or to all who do not speak. Slow mode says so at the
 * line that came too soon.
 */
import type { Rules } from '../protocol/generated';
import type { MessageKey } from '../text/catalogue';

export class Muting {
  #muted = false;
  #speaks = false;
  #rules: Rules = { t: 'rules', door: 'open', slow_s: 0, speakers_only: false };

  /** @param say why not; null when they can */
  constructor(private readonly onStage: () => boolean, private readonly say: (why: MessageKey | null) => void) {}

  muted(is: boolean): void {
    this.#muted = is;
    this.#say();
  }

  /** At an event: what the visitor says is heard in the whole hall. */
  speaks(does: boolean): void {
    this.#speaks = does;
    this.#say();
  }

  /** How the hall is run now. */
  ruled(rules: Rules): void {
    this.#rules = rules;
    this.#say();
  }

  #say(): void {
    const speakersOnly = this.#rules.speakers_only && !this.onStage() && !this.#speaks;
    this.say(this.#muted ? 'hud.chat.muted' : speakersOnly ? 'hud.chat.speakers' : null);
  }
}
