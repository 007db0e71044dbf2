/**
 * The ring and knob under a thumb: drawn here, moved by whoever reads the touches.
 *
 * It rests at the lower left; while a thumb is down the ring stands where the thumb came down.
 */
import { el } from '../dom';

/** The ring's radius and how far the knob can travel in it, CSS pixels. */
export const RING_RADIUS_PX = 62;
export const KNOB_TRAVEL_PX = 40;

export interface Joystick {
  readonly element: HTMLElement;
  /** A thumb came down here, in client coordinates. */
  begin(x: number, y: number): void;
  /** Where the stick is pushed, each from -1 to 1; y grows downwards. */
  push(x: number, y: number): void;
  /** The thumb is up: back to rest. */
  end(): void;
}

export function createJoystick(): Joystick {
  const knob = el('div', 'joystick-knob');
  const element = el('div', 'joystick', { 'aria-hidden': true }, knob);
  return {
    element,
    begin(x, y) {
      element.classList.add('held');
      element.style.setProperty('left', `${x - RING_RADIUS_PX}px`);
      element.style.setProperty('top', `${y - RING_RADIUS_PX}px`);
    },
    push(x, y) {
      knob.style.setProperty('transform', `translate(${x * KNOB_TRAVEL_PX}px, ${y * KNOB_TRAVEL_PX}px)`);
    },
    end() {
      element.classList.remove('held');
      for (const property of ['left', 'top']) element.style.removeProperty(property);
      knob.style.removeProperty('transform');
    },
  };
}
