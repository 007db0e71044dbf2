/** Gestures last a while and end when one walks off: what the body does now, from what it does of itself and the gesture. */
import { Action } from '../protocol/generated';

export type Gesture = 'wave' | 'clap' | 'talk';

const ACTIONS: Readonly<Record<Gesture, number>> = { wave: Action.WAVE, clap: Action.CLAP, talk: Action.TALK };
const LASTS_S: Readonly<Record<Gesture, number>> = { wave: 2.6, clap: 3, talk: 3.5 };

export class Gestures {
  #gesture: Gesture | null = null;
  #until_s = 0;

  begin(gesture: Gesture, now_s: number): void {
    this.#gesture = gesture;
    this.#until_s = now_s + LASTS_S[gesture];
  }

  /** `own`: what the body does of itself. Walking ends a gesture, sitting hides it. */
  action(own: number, now_s: number): number {
    if (this.#gesture === null) return own;
    if (now_s >= this.#until_s || own === Action.WALK || own === Action.RUN) {
      this.#gesture = null;
      return own;
    }
    return own === Action.STAND ? ACTIONS[this.#gesture] : own;
  }
}
