/** The first standard gamepad: left stick walks, right stick looks, A does what the prompt says. */
import type { Device, InputEvents, Intent, Press } from './intent';

const DEAD = 0.15;
const TURN_RATE = 2.4;
const TILT_RATE = 1.6;
const RUN_TRIGGER = 7;
/** Buttons of the standard mapping: A, Y, X, B. */
const PRESSES: readonly (readonly [number, Press])[] = [[0, 'interact'], [3, 'view'], [2, 'wave'], [1, 'clap']];

export function gamepad(events: InputEvents): Device {
  const held = new Set<number>();
  return {
    read(intent: Intent, dt_s: number) {
      const pad = navigator.getGamepads?.().find((candidate) => candidate?.connected && candidate.mapping === 'standard');
      if (!pad) return;
      intent.right += past(pad.axes[0]);
      intent.forward -= past(pad.axes[1]);
      intent.turn -= past(pad.axes[2]) * TURN_RATE * dt_s;
      intent.tilt -= past(pad.axes[3]) * TILT_RATE * dt_s;
      intent.run ||= (pad.buttons[RUN_TRIGGER]?.value ?? 0) > 0.5;
      for (const [button, press] of PRESSES) {
        const pressed = pad.buttons[button]?.pressed ?? false;
        if (pressed && !held.has(button)) events.press(press);
        if (pressed) held.add(button);
        else held.delete(button);
      }
    },
    dispose() {
      held.clear();
    },
  };
}

/** An axis beyond its dead zone, from 0 again. */
export function past(axis: number | undefined): number {
  const value = axis ?? 0;
  return Math.abs(value) <= DEAD ? 0 : ((Math.abs(value) - DEAD) / (1 - DEAD)) * Math.sign(value);
}
