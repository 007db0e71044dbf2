/** Where the visitor is being led, how far it still is, and the way out of it. */
import { live, number, t } from '../../text/catalogue';
import { button, el, icon } from '../dom';

export interface GuidePlate {
  readonly element: HTMLElement;
  /** `metres` null: not known yet. */
  show(guide: { title: () => string; metres: number | null } | null): void;
}

export function createGuidePlate(stop: () => void): GuidePlate {
  const where = el('span', 'guide-where');
  const far = el('span', 'guide-far');
  const element = el('div', 'plate guide', { hidden: true }, icon('map'), el('p', '', { role: 'status' }, where, far),
    button({ label: 'guide.stop', className: 'hud-button small', onPress: stop }));
  let said = '';
  return {
    element,
    show(guide) {
      element.hidden = guide === null;
      if (!guide) return void (said = '');
      // Read out once: the metres change with each step.
      if (said !== guide.title()) {
        said = guide.title();
        live(where, () => t('guide.to', { title: guide.title() }));
      }
      const metres = guide.metres === null ? null : Math.round(guide.metres);
      live(far, () => (metres === null ? t('guide.looking') : t('guide.metres', { metres: number(metres) })));
    },
  };
}
