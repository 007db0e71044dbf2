/** Into a headset and out of it: a button each for what this device can. */
import { live, t } from '../../text/catalogue';
import { button } from '../dom';

export interface HeadsetActions {
  enterVr(): void;
  enterAr(): void;
  leaveXr(): void;
}

export interface HeadsetButtons {
  readonly elements: readonly HTMLElement[];
  set(xr: { vr: boolean; ar: boolean; active: null | 'vr' | 'ar' }): void;
}

export function createHeadsetButtons(actions: HeadsetActions): HeadsetButtons {
  const press = (node: HTMLElement, enter: () => void): void => (node.classList.contains('on') ? actions.leaveXr() : enter());
  const vr = button({ label: 'hud.vr', icon: 'headset', className: 'hud-button xr', onPress: () => press(vr, actions.enterVr) });
  const ar = button({ label: 'hud.ar', icon: 'cube', className: 'hud-button xr', onPress: () => press(ar, actions.enterAr) });
  vr.hidden = ar.hidden = true;
  return {
    elements: [vr, ar],
    set({ vr: hasVr, ar: hasAr, active }) {
      vr.hidden = !hasVr;
      ar.hidden = !hasAr;
      for (const [node, kind] of [[vr, 'vr'], [ar, 'ar']] as const) {
        node.classList.toggle('on', active === kind);
        const label = node.querySelector('span');
        if (label) live(label, () => t(active === kind ? `hud.leave_${kind}` : `hud.${kind}`));
      }
    },
  };
}
