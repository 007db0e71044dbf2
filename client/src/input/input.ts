/** All devices as one: what the visitor wants this frame. */
import { gamepad } from './gamepad';
import { emptyIntent, type Device, type InputEvents, type Intent } from './intent';
import { keyboard } from './keyboard';
import { pointer, type StickView } from './pointer';

export class Input {
  readonly #devices: Device[];

  constructor(surface: HTMLElement, stick: StickView, events: InputEvents) {
    this.#devices = [keyboard(events), pointer(surface, stick, events), gamepad(events)];
  }

  read(dt_s: number): Intent {
    const intent = emptyIntent();
    for (const device of this.#devices) device.read(intent, dt_s);
    return intent;
  }

  dispose(): void {
    for (const device of this.#devices) device.dispose();
  }
}
