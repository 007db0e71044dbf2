/**
 * Whether the visitor can write here: an operator may have said no to them, or to all who do not speak. Slow mode says so at the
 * line that came too soon.
 */
import type { Rules } from '../protocol/generated';
import type { ChatClosed } from '../ui/hud/chat';
import { mutedChat } from '../ui/sanctions';
import type { Mute } from './care';

export class Muting {
  #mute: Mute | null = null;
  #speaks = false;
  #rules: Rules = { t: 'rules', door: 'open', slow_s: 0, speakers_only: false };

  /** @param say why not; null when they can */
  constructor(private readonly onStage: () => boolean, private readonly say: (closed: ChatClosed | null) => void) {}

  muted(by: Mute | null): void {
    this.#mute = by;
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
    if (this.#mute) return this.say(mutedChat(this.#mute));
    const speakersOnly = this.#rules.speakers_only && !this.onStage() && !this.#speaks;
    this.say(speakersOnly ? { saying: 'hud.chat.speakers' } : null);
  }
}
