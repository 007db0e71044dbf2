/** Keys by their place on the keyboard (`code`), so that WASD lies where it lies on any layout. */
import { takesText, type Device, type InputEvents, type Intent, type Press } from './intent';

const FORWARD = ['KeyW', 'ArrowUp'];
const BACK = ['KeyS', 'ArrowDown'];
const LEFT = ['KeyA'];
const RIGHT = ['KeyD'];
const TURN_LEFT = ['KeyQ', 'ArrowLeft'];
const TURN_RIGHT = ['ArrowRight'];
const RUN = ['ShiftLeft', 'ShiftRight'];
const HELD = new Set([...FORWARD, ...BACK, ...LEFT, ...RIGHT, ...TURN_LEFT, ...TURN_RIGHT, ...RUN]);
const PRESSES: Readonly<Record<string, Press>> = { KeyE: 'interact', KeyV: 'view', Digit1: 'wave', Digit2: 'clap', Digit3: 'talk' };
const TURN_RATE = 1.9;

export function keyboard(events: InputEvents): Device {
  const down = new Set<string>();
  const any = (codes: readonly string[]): boolean => codes.some((code) => down.has(code));

  const keydown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || takesText(event.target)) return;
    const press = PRESSES[event.code];
    if (press && !event.repeat && !activates(event)) events.press(press);
    if (!HELD.has(event.code)) return;
    down.add(event.code);
    if (event.code.startsWith('Arrow')) event.preventDefault();
  };
  const keyup = (event: KeyboardEvent): void => void down.delete(event.code);
  // A key released elsewhere (another window, a field) is never told: nobody walks on by itself.
  const release = (): void => down.clear();
  const focusin = (event: FocusEvent): void => {
    if (takesText(event.target)) release();
  };

  window.addEventListener('keydown', keydown);
  window.addEventListener('keyup', keyup);
  window.addEventListener('blur', release);
  document.addEventListener('focusin', focusin);
  return {
    read(intent: Intent, dt_s: number) {
      intent.forward += Number(any(FORWARD)) - Number(any(BACK));
      intent.right += Number(any(RIGHT)) - Number(any(LEFT));
      intent.turn += (Number(any(TURN_LEFT)) - Number(any(TURN_RIGHT))) * TURN_RATE * dt_s;
      intent.run ||= any(RUN);
    },
    dispose() {
      window.removeEventListener('keydown', keydown);
      window.removeEventListener('keyup', keyup);
      window.removeEventListener('blur', release);
      document.removeEventListener('focusin', focusin);
    },
  };
}

/** On a focused button, Enter and Space are the button's. */
function activates(event: KeyboardEvent): boolean {
  return event.target instanceof HTMLButtonElement && (event.code === 'Enter' || event.code === 'Space');
}
