/**
 * Mouse, pen and fingers on the hall.
 *
 * Mouse and pen: dragging looks around, a click without dragging is a tap. Fingers: one that comes down on the left half is
 * the walking stick, one on the right half looks; a short touch that hardly moves is a tap wherever it is.
 */
import type { Device, InputEvents, Intent } from './intent';

/** The stick that is drawn; the UI's Joystick satisfies it. */
export interface StickView {
  begin(x: number, y: number): void;
  push(x: number, y: number): void;
  end(): void;
}

const LOOK_RADIANS_PER_PX = 0.0045;
const TOUCH_LOOK_RADIANS_PER_PX = 0.006;
/** More than this is a drag. */
const TAP_SLOP_PX = 8;
const TAP_MAX_MS = 350;
const STICK_RADIUS_PX = 52;
const STICK_DEAD = 0.12;
/** A stick pushed to the rim runs. */
const STICK_RUN = 0.97;

interface Track {
  role: 'look' | 'stick';
  startX: number;
  startY: number;
  x: number;
  y: number;
  startedAt_ms: number;
  dragged: boolean;
}

export function pointer(surface: HTMLElement, stick: StickView, events: InputEvents): Device {
  const tracks = new Map<number, Track>();
  let turn = 0;
  let tilt = 0;

  const roleOf = (event: PointerEvent): Track['role'] => {
    const leftHalf = event.clientX < surface.clientWidth / 2;
    const stickHeld = [...tracks.values()].some(({ role }) => role === 'stick');
    return event.pointerType === 'touch' && leftHalf && !stickHeld ? 'stick' : 'look';
  };

  const pointerdown = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    const { clientX: x, clientY: y } = event;
    const role = roleOf(event);
    tracks.set(event.pointerId, { role, startX: x, startY: y, x, y, startedAt_ms: event.timeStamp, dragged: false });
    surface.setPointerCapture(event.pointerId);
    // A click on the hall takes the focus out of the chat line, so that keys walk again.
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    if (role === 'stick') stick.begin(x, y);
  };

  const pointermove = (event: PointerEvent): void => {
    const track = tracks.get(event.pointerId);
    if (!track) return;
    const dx = event.clientX - track.x;
    const dy = event.clientY - track.y;
    track.x = event.clientX;
    track.y = event.clientY;
    track.dragged ||= Math.hypot(track.x - track.startX, track.y - track.startY) > TAP_SLOP_PX;
    if (track.role === 'stick') {
      const { right, back } = stickOf(track);
      stick.push(right, back);
    } else {
      const rate = event.pointerType === 'touch' ? TOUCH_LOOK_RADIANS_PER_PX : LOOK_RADIANS_PER_PX;
      // Dragging moves the world with the hand: to the right turns to the left.
      turn += dx * rate;
      tilt += dy * rate;
    }
  };

  const release = (event: PointerEvent): void => {
    const track = tracks.get(event.pointerId);
    if (!track) return;
    tracks.delete(event.pointerId);
    if (track.role === 'stick') stick.end();
    const short = event.timeStamp - track.startedAt_ms <= TAP_MAX_MS;
    if (event.type === 'pointerup' && short && !track.dragged) events.tap(event.clientX, event.clientY);
  };

  const contextmenu = (event: Event): void => event.preventDefault();

  surface.addEventListener('pointerdown', pointerdown);
  surface.addEventListener('pointermove', pointermove);
  surface.addEventListener('pointerup', release);
  surface.addEventListener('pointercancel', release);
  surface.addEventListener('contextmenu', contextmenu);
  return {
    read(intent: Intent) {
      intent.turn += turn;
      intent.tilt += tilt;
      turn = 0;
      tilt = 0;
      for (const track of tracks.values()) {
        if (track.role !== 'stick') continue;
        const { right, back, length } = stickOf(track);
        if (length < STICK_DEAD) continue;
        intent.right += right;
        intent.forward -= back;
        intent.run ||= length >= STICK_RUN;
      }
    },
    dispose() {
      surface.removeEventListener('pointerdown', pointerdown);
      surface.removeEventListener('pointermove', pointermove);
      surface.removeEventListener('pointerup', release);
      surface.removeEventListener('pointercancel', release);
      surface.removeEventListener('contextmenu', contextmenu);
    },
  };
}

/** How far the stick is pushed, within the unit circle. */
function stickOf(track: Track): { right: number; back: number; length: number } {
  const x = (track.x - track.startX) / STICK_RADIUS_PX;
  const y = (track.y - track.startY) / STICK_RADIUS_PX;
  const length = Math.hypot(x, y);
  const scale = length > 1 ? 1 / length : 1;
  return { right: x * scale, back: y * scale, length: Math.min(1, length) };
}
