/** Messages that the visitor allows, and the way to where one of them leads: in words, on the map, and as a trail on the floor. */
import type { Player } from '../player/player';
import type { ClientMessage } from '../protocol/generated';
import { onChoiceElsewhere } from '../reach/choice';
import { Guide } from '../reach/guide';
import { Letters } from '../reach/letters';
import { Trail } from '../scene/trail';
import { lang, onLang, pick, t } from '../text/catalogue';
import type { Hud } from '../ui/hud/hud';
import type { Address } from './address';
import type { Stage } from './stage';
import type { World } from './world';

export interface LeadingParts {
  readonly stage: Stage;
  readonly world: World;
  readonly player: Player;
  readonly hud: Hud;
  joined(): boolean;
  say(message: ClientMessage): boolean;
  /** In a headset, where the page is not seen. */
  tell(text: string): void;
  go(address: Address): void;
}

export class Leading {
  readonly guide: Guide;
  readonly letters: Letters;
  readonly #trail = new Trail(matchMedia('(prefers-reduced-motion: reduce)').matches);
  readonly #stops: readonly (() => void)[];

  constructor(private readonly parts: LeadingParts) {
    this.guide = this.#createGuide();
    this.letters = this.#createLetters();
    this.#stops = [
      // The server writes in the language that it was told.
      onLang(() => {
        if (parts.joined()) this.letters.welcomed();
      }),
      onChoiceElsewhere((choice) => this.letters.elsewhere(choice)),
    ];
    parts.stage.scene.add(this.#trail.object);
  }

  update(now_s: number, inHall: boolean): void {
    const { player, world: { hall, floor } } = this.parts;
    if (inHall && hall && floor) this.guide.update(now_s, player.walker, hall, floor);
    this.#trail.object.visible = this.#trail.shown && inHall && this.guide.goal?.hall === hall?.id;
    this.#trail.update(now_s);
  }

  dispose(): void {
    for (const stop of this.#stops) stop();
    this.#trail.dispose();
  }

  #createGuide(): Guide {
    const { hud, player, world } = this.parts;
    return new Guide({
      changed: (goal, way, metres) => {
        this.#trail.show(way, (x, z) => world.floor?.heightAt(x, z) ?? player.walker.y);
        hud.setGuide(goal && { title: goal.title, metres });
      },
      arrived: (goal) => {
        this.letters.arrived(goal.id);
        hud.toast('guide.arrived', { title: goal.title() });
        this.parts.tell(t('guide.arrived', { title: goal.title() }));
      },
      gone: () => hud.toast('reach.gone'),
    });
  }

  #createLetters(): Letters {
    const { hud, world } = this.parts;
    return new Letters({
      say: (message) => this.parts.say(message),
      lang: () => (lang() === 'zh' ? 'zh-CN' : 'en'),
      show: (letter) => hud.setLetter(letter),
      lead: (letter) => {
        const { hall = '', booth = '', title_zh = '', title_en = '' } = letter;
        this.guide.begin({ id: letter.id, hall, booth, title: () => pick({ zh: title_zh, en: title_en }) });
        if (hall !== world.hall?.id) this.parts.go({ hall, at: null });
      },
      recalled: (id) => {
        if (this.guide.goal?.id !== id) return;
        this.guide.stop();
        hud.toast('reach.gone');
      },
      seen: () => !document.hidden && !hud.covered,
      now_ms: Date.now,
    });
  }
}
