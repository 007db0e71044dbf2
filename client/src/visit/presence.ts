/**
 * Oneself among others: the connection, the crowd that it brings, names, and when to report one's own pose.
 *
 * Each welcome begins a new crowd: slots and generations of before mean nothing to a hall that was entered anew, so that no
 * ghost of an earlier stay remains. But for an observer who is let in: it stays in the hall that it knows.
 */
import { Crowd } from '../crowd/crowd';
import { Intake } from '../crowd/intake';
import { Names } from '../crowd/names';
import { countNear, peopleAround, type NearPerson } from '../crowd/near';
import { Connection, TRIES_BEFORE_GONE, socketUrl, type ConnectionState, type EndReason } from '../net/connection';
import { tabTokens } from '../net/tokens';
import { Reporter, type Stance } from '../player/reporter';
import type { Badge, ClientMessage, Lang, Said, ServerMessage, Stood, Welcome } from '../protocol/generated';
import { encodePose } from '../protocol/poses';

/** Poses behind more unsent bytes than this would arrive too late to be worth sending. */
const UNSENT_MAX_BYTES = 4096;

export interface PresenceEvents {
  welcome(message: Welcome): void;
  message(message: ServerMessage): void;
  line(state: 'connected' | 'reconnecting' | 'gone'): void;
  ended(reason: EndReason): void;
}

export interface Wish {
  hall: string;
  at: string | null;
  name: string;
  look: number;
  lang: Lang;
  /** Where the visitor is, to come back there when the line breaks; null until they have come. */
  stood: Stood | null;
}

export class Presence {
  crowd: Crowd | null = null;
  intake: Intake | null = null;
  readonly names = new Names();
  readonly reporter = new Reporter();
  id: number | null = null;
  /** The server knew us: the same visitor as before the line broke. */
  resumed = false;
  /** The hall is full: one sees and hears, and is seen by nobody. */
  observer = false;
  #hall: string | null = null;
  readonly #connection: Connection;
  #heightAt: (x: number, z: number) => number | null = () => null;
  readonly #place = new Float32Array(4);

  constructor(private readonly wish: () => Wish, private readonly events: PresenceEvents) {
    this.#connection = new Connection(
      socketUrl(window.location),
      {
        hello: () => this.wish(),
        welcome: (message) => this.#welcome(message),
        message: (message) => this.#message(message),
        frame: (bytes) => this.intake?.receive(bytes, performance.now() / 1000),
        state: (state, { attempt, reason }) => this.#state(state, attempt, reason),
      },
      tabTokens(),
    );
  }

  get joined(): boolean {
    return this.#connection.state === 'joined';
  }

  /** Waiting outside a full hall. */
  get queued(): boolean {
    return this.#connection.state === 'queued';
  }

  get connectionState(): ConnectionState {
    return this.#connection.state;
  }

  start(): void {
    this.#connection.start();
  }

  retry(): void {
    this.#connection.retryNow();
  }

  leave(): void {
    this.#connection.leave();
  }

  say(message: ClientMessage): boolean {
    return this.#connection.send(message);
  }

  /** One's own look, as oneself sees it: what comes back over the wire is about others. */
  setLook(look: number): void {
    if (this.crowd && this.id !== null) this.crowd.setSelf(this.id, look);
  }

  /** Heights for records that tell none, once the hall's floor is known. */
  setFloor(heightAt: (x: number, z: number) => number | null): void {
    this.#heightAt = heightAt;
  }

  report(stance: Stance, now_s: number): void {
    if (!this.joined || this.#connection.bufferedBytes > UNSENT_MAX_BYTES) return;
    const pose = this.reporter.due(stance, now_s);
    if (pose) this.#connection.sendPose(encodePose(pose));
  }

  /** Lay the crowd's next segments, ask for names of those near. */
  update(x: number, z: number, now_s: number): void {
    if (!this.crowd) return;
    this.intake?.work();
    this.crowd.update(now_s);
    if (!this.joined) return;
    const ids = this.names.wanted(this.crowd, x, z, now_s);
    if (ids.length > 0) this.say({ t: 'who', ids: [...ids] });
  }

  /** Visitors within hearing, oneself not counted. */
  nearby(x: number, z: number, now_s: number): number {
    return this.crowd ? countNear(this.crowd, x, z, now_s) : 0;
  }

  /** x, z of everyone else into `dots`; returns how many. */
  dots(dots: Float32Array, now_s: number): number {
    const { crowd } = this;
    if (!crowd) return 0;
    let count = 0;
    for (let slot = 0; slot < crowd.extent && count * 2 < dots.length; slot += 1) {
      if (crowd.present[slot] === 0 || slot === crowd.selfSlot) continue;
      const place = crowd.positionAt(slot, now_s - crowd.epoch, this.#place);
      dots[count * 2] = place[0] as number;
      dots[count * 2 + 1] = place[2] as number;
      count += 1;
    }
    return count;
  }

  /** '' while it is not known. */
  badgeOf(id: number): Badge {
    return this.names.byId.get(id)?.badge ?? '';
  }

  /** Whether one speaks where others may not. */
  get onStage(): boolean {
    const badge = this.id === null ? '' : this.badgeOf(this.id);
    return badge === 'staff' || badge === 'speaker';
  }

  /** Those who are counted as near, and some beyond. */
  peopleAround(x: number, z: number, now_s: number): NearPerson[] {
    return this.crowd ? peopleAround(this.crowd, this.names.byId, x, z, now_s) : [];
  }

  isSelf(said: Said): boolean {
    return said.id === this.id;
  }

  #welcome(message: Welcome): void {
    const observer = message.observer ?? false;
    const letIn = this.observer && !observer && !message.resumed && message.hall === this.#hall;
    this.id = observer ? null : message.id;
    this.resumed = message.resumed;
    this.observer = observer;
    this.#hall = message.hall;
    if (!letIn || !this.crowd) this.#beginCrowd(message);
    if (!observer) this.crowd?.setSelf(message.id, message.look);
    this.events.welcome(message);
  }

  #beginCrowd(message: Welcome): void {
    this.names.clear();
    this.crowd = new Crowd(
      {
        capacity: message.slots, grid: message, heightAt: (x, z) => this.#heightAt(x, z) ?? message.floor_y,
        left: (id) => this.names.forget(id),
      },
      performance.now() / 1000,
    );
    this.intake = new Intake(this.crowd);
  }

  #message(message: ServerMessage): void {
    if (message.t === 'people') this.names.learn(message.people);
    if (message.t !== 'welcome') this.events.message(message);
  }

  #state(state: ConnectionState, attempt: number, reason: EndReason | null): void {
    if (state === 'joined' || state === 'queued') this.events.line('connected');
    else if (state === 'waiting') this.events.line(attempt > TRIES_BEFORE_GONE ? 'gone' : 'reconnecting');
    else if (state === 'ended' && reason) this.events.ended(reason);
  }
}
