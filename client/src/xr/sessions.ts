/**
 * Entering and leaving a headset: asks for the session, gives it to three, and puts everything back when it ends.
 *
 * Sessions end by our button, by the headset's own, or by the device going to sleep: all three arrive at the `end` event,
 * and only there is anything undone, so that a second entering starts like the first.
 */
import type { WebGLRenderer } from 'three';

export type XrMode = 'vr' | 'ar';

export interface XrSupport {
  vr: boolean;
  ar: boolean;
}

export interface XrSessionEvents {
  began(mode: XrMode, session: XRSession): void;
  ended(mode: XrMode): void;
}

const SESSION_MODE = { vr: 'immersive-vr', ar: 'immersive-ar' } as const satisfies Record<XrMode, XRSessionMode>;

/** What the device offers. Nothing where the page is not a secure context. */
export async function xrSupport(): Promise<XrSupport> {
  return { vr: await offers('immersive-vr'), ar: await offers('immersive-ar') };
}

async function offers(mode: XRSessionMode): Promise<boolean> {
  try {
    return (await navigator.xr?.isSessionSupported(mode)) ?? false;
  } catch {
    // A policy or a browser setting forbids it: not offered, then.
    return false;
  }
}

export class XrSessions {
  #active: { mode: XrMode; session: XRSession } | null = null;
  #entering = false;

  constructor(private readonly renderer: WebGLRenderer, private readonly events: XrSessionEvents) {}

  get mode(): XrMode | null {
    return this.#active?.mode ?? null;
  }

  /** Must be called in the visitor's click. Resolves when the first frame can be drawn; false when it was refused. */
  async enter(mode: XrMode): Promise<boolean> {
    if (this.#active || this.#entering || !navigator.xr) return false;
    this.#entering = true;
    try {
      // local-floor puts y = 0 on the visitor's own floor, in VR and AR alike.
      const session = await navigator.xr.requestSession(SESSION_MODE[mode], {
        requiredFeatures: ['local-floor'],
        optionalFeatures: ['hand-tracking'],
      });
      this.#active = { mode, session };
      session.addEventListener('end', () => this.#ended(session), { once: true });
      this.renderer.xr.setReferenceSpaceType('local-floor');
      await this.renderer.xr.setSession(session);
      this.events.began(mode, session);
      return true;
    } catch (error) {
      console.warn('yuanzhan: the headset did not begin a session', error);
      await this.leave();
      return false;
    } finally {
      this.#entering = false;
    }
  }

  async leave(): Promise<void> {
    try {
      await this.#active?.session.end();
    } catch {
      // It had ended by itself.
    }
  }

  #ended(session: XRSession): void {
    if (this.#active?.session !== session) return;
    const { mode } = this.#active;
    this.#active = null;
    this.events.ended(mode);
  }
}
