/** What the page asks of the hall, carried out: one entry for each of {@link HudActions}. */
import type { Booth } from '../net/api';
import type { Player } from '../player/player';
import type { Gesture } from '../player/gestures';
import type { Guide } from '../reach/guide';
import type { Letters } from '../reach/letters';
import type { HudActions } from '../ui/hud/actions';
import type { Profile } from '../ui/profile';
import type { Headset } from '../xr/headset';
import type { Address } from './address';
import { Care } from './care';
import type { Interaction } from './interaction';
import type { Presence } from './presence';
import type { World } from './world';

export interface RequestParts {
  readonly care: Care;
  readonly guide: Guide;
  readonly headset: Headset;
  readonly interaction: Interaction;
  readonly letters: Letters;
  readonly player: Player;
  readonly presence: Presence;
  readonly world: World;
  gesture(gesture: Gesture): void;
  go(address: Address): void;
  leave(): void;
  retry(): void;
  setProfile(profile: Profile): void;
  /** The report could not be sent. */
  reportFailed(): void;
}

/** `parts` are asked for when they are needed: not all of them are there yet. */
export function createRequests(parts: () => RequestParts): HudActions {
  /** Counted, and by nobody's name; the hall's own booths are not. */
  const opened = ({ id, dress }: Booth, item: string): void => {
    if (dress) parts().presence.say({ t: 'opened', booth: id, item });
  };
  const variants = ({ id }: Booth) => parts().world.boothOf(id)?.variants;
  return {
    sendChat: (text) => {
      const sent = parts().presence.say({ t: 'chat', text });
      if (sent) parts().gesture('talk');
      return sent;
    },
    emote: (emote) => parts().gesture(emote),
    hand: (up) => parts().presence.say({ t: 'hand', up }),
    floor: (id, give) => void parts().presence.say({ t: 'floor', id, give }),
    go: (hall, at) => parts().go({ hall, at }),
    leave: () => parts().leave(),
    interact: () => parts().interaction.interact(),
    enterVr: () => void parts().headset.enter('vr'),
    enterAr: () => void parts().headset.enter('ar'),
    leaveXr: () => void parts().headset.leave(),
    setProfile: (profile) => parts().setProfile(profile),
    retry: () => parts().retry(),
    care: {
      report: (subject, reason) => {
        if (!parts().presence.say(Care.report(subject, reason))) parts().reportFailed();
      },
      isHidden: (id) => parts().care.hidden.has(id),
      hide: (id, hidden) => {
        if (hidden) parts().care.hidden.add(id);
        else parts().care.hidden.delete(id);
      },
    },
    peopleAround: () => {
      const { player, presence } = parts();
      return presence.peopleAround(player.walker.x, player.walker.z, performance.now() / 1000);
    },
    bubble: () => parts().care.bubble_m > 0,
    setBubble: (on) => parts().care.setBubble(on),
    reach: {
      choice: () => parts().letters.choice,
      choose: (choice) => parts().letters.choose(choice),
      take: () => parts().letters.take(),
      later: () => parts().letters.later(),
      off: () => parts().letters.off(),
      stop: () => parts().guide.stop(),
    },
    booth: {
      opened,
      looks: (booth, { node }) => {
        const of = variants(booth);
        return { variants: of?.of(node) ?? [], chosen: of?.chosen(node) ?? null, original: of?.original(node) === null };
      },
      choose: (booth, { node }, variant) => void variants(booth)?.choose(node, variant),
      leaveCard: ({ id }, card) => parts().presence.say({ t: 'card', booth: id, ...card }),
    },
  };
}
