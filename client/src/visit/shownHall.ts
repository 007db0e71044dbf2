/** The hall on the screen, as the journey has it changed: loaded, stepped into, or kept when the other one is not wanted any more. */
import { ApiError } from '../net/api';
import type { Player } from '../player/player';
import type { Stamps } from '../player/stamps';
import type { Hud } from '../ui/hud/hud';
import type { Headset } from '../xr/headset';
import type { BoothNews } from './boothNews';
import type { Halls } from './journey';
import type { Presence } from './presence';
import type { Preview } from './preview';
import type { World } from './world';

export interface ShownHallParts {
  readonly boothNews: BoothNews;
  readonly headset: Headset;
  readonly hud: Hud;
  readonly player: Player;
  readonly presence: Presence;
  readonly preview: Preview | null;
  readonly stamps: Stamps;
  readonly world: World;
}

export class ShownHall implements Halls {
  /** `parts` are asked for when they are needed: not all of them are there yet. */
  constructor(private readonly parts: () => ShownHallParts) {}

  get shown(): string | null {
    return this.parts().world.hall?.id ?? null;
  }

  get loading(): string | null {
    return this.parts().world.loading;
  }

  async load(id: string): Promise<boolean> {
    const { hud, world } = this.parts();
    hud.setLoading({ loaded: 0, total: 0 });
    const loaded = await world.load(id, {
      described: (hall) => hud.setPlace(hall),
      progress: (loaded_bytes, total_bytes) => hud.setLoading({ loaded: loaded_bytes, total: total_bytes }),
    });
    if (loaded) this.#enter();
    return loaded;
  }

  /** Back before the other hall had come. */
  keep(): void {
    const { hud, stamps, world } = this.parts();
    const { hall, loading } = world;
    if (loading === null || !hall) return;
    world.keep();
    hud.setPlace(hall);
    hud.setStamps(stamps.of(hall.id));
    hud.setLoading(null);
  }

  failed(error: unknown): void {
    const { hud } = this.parts();
    hud.setLoading(null);
    hud.showMessage(error instanceof ApiError && error.code === 'no_such_hall' ? 'no-such-hall' : 'load-failed');
    console.info('yuanzhan: the hall could not be loaded', error);
  }

  #enter(): void {
    const { boothNews, headset, hud, player, presence, preview, stamps, world: { hall, floor } } = this.parts();
    if (!hall || !floor) return;
    presence.setFloor((x, z) => floor.heightAt(x, z));
    player.enter(hall, floor);
    headset.enterHall(hall, floor);
    hud.setLoading(null);
    hud.setStamps(stamps.of(hall.id));
    boothNews.shows(hall.id, hall.booths_revision);
    void preview?.begin(hall);
  }
}
