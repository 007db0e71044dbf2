/**
 * What the visitor wants to do, whichever device says it.
 *
 * Each device adds to the same intent once a frame; presses are events, collected until the frame takes them.
 */

export interface Intent {
  /** Walking: forward and right, each from -1 to 1. */
  forward: number;
  right: number;
  run: boolean;
  /** Turning since the last frame, radians: yaw grows to the left, tilt grows upwards. */
  turn: number;
  tilt: number;
}

export type Press = 'interact' | 'view' | 'wave' | 'clap' | 'talk';

/** A device that can be asked once a frame and taken away again. */
export interface Device {
  read(intent: Intent, dt_s: number): void;
  dispose(): void;
}

export interface InputEvents {
  press(press: Press): void;
  /** A tap or click on the hall, not a drag: client coordinates. */
  tap(x: number, y: number): void;
}

export function emptyIntent(): Intent {
  return { forward: 0, right: 0, run: false, turn: 0, tilt: 0 };
}

/** Does this element take what is typed? Then the keys are not for walking. */
export function takesText(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && !['button', 'checkbox', 'radio', 'range'].includes(target.type);
}
