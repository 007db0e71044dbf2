/** What the server says, carried out: words, head-counts, notices, and where the visitor stands or sits. */
import type { Player } from '../player/player';
import type { Announcement, Notice, Queued, Rules, ServerMessage, Welcome } from '../protocol/generated';
import { isMessageKey, pick, t } from '../text/catalogue';
import type { Hud } from '../ui/hud/hud';
import type { Headset } from '../xr/headset';
import type { BoothNews } from './boothNews';
import type { Care } from './care';
import type { Letters } from '../reach/letters';
import type { Interaction } from './interaction';
import type { Journey } from './journey';
import { isBesideVisitor } from './address';
import type { Presence } from './presence';

/** Refusals of a `go`: the visitor is still where it was. */
const NOT_MOVED = new Set(['no_such_hall', 'hall_full', 'no_such_place', 'go_too_fast']);

/** Answers to a `card`. */
const ABOUT_CARDS = new Set(['card_left', 'card_empty', 'card_failed', 'card_too_fast', 'no_such_booth']);

const PROFILE_REFUSED = new Set(['bad_name', 'bad_look', 'profile_too_fast']);

export interface HearingParts {
  /** The server calls the visitor so from now on. */
  named(name: string): void;
  /** Name and look stay as they were. */
  profileRefused(): void;
  hud: Hud;
  player: Player;
  headset: Headset;
  interaction: Interaction;
  booths: BoothNews;
  journey: Journey;
  presence: Presence;
  care: Care;
  /** Whether what one says is heard in the whole hall. */
  speaks(does: boolean): void;
  letters: Letters;
  /** How the hall is run now. */
  ruled(rules: Rules): void;
}

export class Hearing {
  /** What is said between the welcome and standing in the hall is about a hall that cannot be seen yet. */
  #later: ServerMessage[] = [];
  /** The hall that is watched, and not visited, if any. */
  #watched: string | null = null;
  /** Where the visitor stood last. */
  #here: string | null = null;

  constructor(private readonly parts: HearingParts) {}

  welcomed(message: Welcome): void {
    const { booths, headset, hud, journey, player } = this.parts;
    booths.told(message.hall, message.booths ?? 0, 0);
    const observer = message.observer ?? false;
    const watchedIt = this.#watched === message.hall;
    this.#watched = observer ? message.hall : null;
    this.#later = [];
    hud.hideMessage();
    hud.setQueue(null);
    hud.setObserver(observer ? { ahead: null } : null);
    hud.setAnnouncements([]);
    hud.setStage({ t: 'stage', state: 'none' });
    hud.setOwnId(observer ? null : message.id);
    this.parts.speaks(false);
    if (!message.resumed) this.parts.care.arrived();
    this.parts.ruled({ t: 'rules', door: 'open', slow_s: 0, speakers_only: false });
    player.setObserver(observer);
    journey.welcomed(message, watchedIt);
    if (!watchedIt || observer) return;
    hud.toast('observer.let_in');
    if (headset.mode) headset.tell(t('observer.let_in'));
  }

  /** Hall and place are both known: stand there. `asked`: the visitor wanted to be elsewhere than before. */
  arrive(welcome: Welcome, at: string | null, asked: boolean): void {
    const { hud, player, presence } = this.parts;
    const { seat } = player.walker;
    const cameBack = !asked && welcome.hall === this.#here && !welcome.resumed;
    this.#here = welcome.hall;
    player.stand(welcome.x, welcome.y, welcome.z, welcome.yaw);
    this.#placed();
    // A server that was started anew does not know who sat.
    if (cameBack && seat !== null) presence.say({ t: 'sit', seat });
    const subject = at === null ? null : player.places?.subject(at);
    if (subject) hud.showPanel(subject);
    for (const message of this.#later.splice(0)) this.heard(message);
  }

  heard(message: ServerMessage): void {
    const { headset, hud, journey, player, presence } = this.parts;
    switch (message.t) {
      case 'said':
        if (this.parts.care.hidden.has(message.id)) break;
        hud.addChat({ line: message.line ?? 0, id: message.id, name: message.name, text: message.text, self: presence.isSelf(message), badge: message.badge ?? '', stage: message.stage ?? false });
        if (message.stage && headset.mode && !presence.isSelf(message)) headset.tell(`${message.name}: ${message.text}`);
        break;
      case 'restricted':
        this.parts.care.restricted(message);
        break;
      case 'announced':
        hud.setAnnouncements(message.items);
        if (headset.mode && message.items.length > 0) headset.tell(pick(message.items[message.items.length - 1] as Announcement));
        break;
      case 'stage':
        hud.setStage(message);
        break;
      case 'part':
        hud.setPart(message);
        this.parts.speaks(message.speaks);
        break;
      case 'hands':
        hud.setHands(message);
        break;
      case 'invitation':
        if (this.parts.letters.heard(message) && headset.mode) headset.tell(pick(message));
        break;
      case 'recalled':
        this.parts.letters.recalled(message.ids);
        break;
      case 'cleared':
        hud.clearChat(message.lines);
        break;
      case 'rules':
        this.parts.ruled(message);
        break;
      case 'queued':
        this.#waits(message);
        break;
      case 'booths':
        this.parts.booths.told(message.hall, message.revision, message.spread_s);
        break;
      case 'population':
        hud.setPopulation({ here: message.here, halls: message.halls });
        break;
      case 'seated':
      case 'correct':
      case 'notice':
        if (!journey.settled && !(message.t === 'notice' && presence.queued)) this.#later.push(message);
        else if (message.t === 'notice') this.#notice(message);
        else {
          if (message.t === 'correct') player.stand(message.x, message.y, message.z, message.yaw);
          else if (message.seat === null) player.stand(message.x, message.y, message.z, player.walker.yaw);
          else player.sit(message.seat, message.x, message.y, message.z, message.yaw);
          this.#placed();
          if (message.t === 'correct' && message.reason === 'moved') journey.moved();
        }
        break;
    }
  }

  /** Outside the hall, or in it as an observer. */
  #waits({ hall, place }: Queued): void {
    const { hud, journey, presence } = this.parts;
    const ahead = place - 1;
    if (!presence.queued) return hud.setObserver({ ahead });
    hud.setQueue({ ahead });
    journey.queued(hall);
  }

  /** The server has put the visitor somewhere. */
  #placed(): void {
    const { headset, interaction, player, presence } = this.parts;
    const now_s = performance.now() / 1000;
    headset.settle();
    interaction.stop();
    presence.reporter.placed(player.stance(now_s, null), now_s);
  }

  #notice({ code, params = {} }: Notice): void {
    const { headset, hud, journey } = this.parts;
    if (code === 'no_such_place' && isBesideVisitor(String(params['at']))) hud.toast('desk.gone');
    else hud.notice(code, params);
    if (ABOUT_CARDS.has(code)) hud.cardAnswered(String(params['booth'] ?? ''), code === 'card_left');
    const key = `notice.${code}`;
    if (headset.mode && isMessageKey(key)) headset.tell(t(key, params));
    if (NOT_MOVED.has(code)) journey.refused();
    if (code === 'reach_off') this.parts.letters.forget();
    if (PROFILE_REFUSED.has(code)) this.parts.profileRefused();
    if (code === 'name_changed' && typeof params['name'] === 'string') this.parts.named(params['name']);
  }
}
