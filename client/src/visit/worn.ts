/** Name and look that the visitor wears: shown at once when they choose others, and taken back when the server refuses them. */
import type { Profile } from '../ui/profile';

export interface WornEvents {
  /** The visitor is so now. */
  changed(profile: Profile): void;
  /** Their own avatar has to look so: the server does not tell them. */
  look(look: number): void;
}

export class Worn {
  #profile: Profile;
  /** What the server has last said, or not refused. */
  #granted: Profile;

  constructor(profile: Profile, private readonly events: WornEvents) {
    this.#profile = this.#granted = profile;
  }

  get profile(): Profile {
    return this.#profile;
  }

  choose(profile: Profile): void {
    this.#granted = { name: this.#granted.name, look: this.#profile.look };
    this.#wear(profile);
  }

  /** The server's word at the welcome. */
  welcomed(profile: Profile): void {
    this.#profile = this.#granted = profile;
    this.events.changed(profile);
  }

  /** The server calls the visitor so from now on. */
  named(name: string): void {
    this.#granted = { ...this.#granted, name };
  }

  refused(): void {
    this.#wear(this.#granted);
  }

  #wear(profile: Profile): void {
    this.#profile = profile;
    this.events.changed(profile);
    this.events.look(profile.look);
  }
}
