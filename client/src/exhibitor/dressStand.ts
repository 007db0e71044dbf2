/** Where a booth stands in its slot: figures and a plan that say and set the same, and what would stick out. */
import { fetchHall, type Bounds, type Slot, type Vec3 } from '../net/api';
import { fetchBooth, type BoothRecord, type Dress } from '../net/boothRecords';
import { listed, live, t, type MessageKey } from '../text/catalogue';
import { el, icon, text } from '../ui/dom';
import type { Form } from './fields';
import { broughtIn, excess, panelsOutside } from './fit';
import { placeForPanel } from './panelPlaces';
import { deskLink, type Desk } from './parts';
import { createPlan, type Plan } from './plan';
import { isPlaced, newestOptimised } from './stage';

export interface StandOptions {
  readonly booth: BoothRecord;
  readonly dress: Dress;
  readonly bounds: Bounds | null;
  readonly form: Form;
  /** Hears when the booth was moved, turned or scaled here, and its panels with it. */
  readonly moved: () => void;
}

export class Stand {
  readonly plan = el('div');
  readonly figures: HTMLElement;
  readonly warning = el('p', 'work-note warn', { role: 'status' });
  readonly #shown: readonly { show(): void }[];
  #plan: Plan | null = null;
  #slot: Slot | null = null;
  #kept: string;

  constructor(private readonly options: StandOptions) {
    const { dress, form } = options;
    const offset = (axis: 0 | 1, label: MessageKey) => form.figure(`/offset_m/${axis}`, label, () => dress.offset_m[axis], 0.05, (value) => {
      dress.offset_m = axis === 0 ? [value, dress.offset_m[1]] : [dress.offset_m[0], value];
    });
    const figures = [
      offset(0, 'exhibitor.dress.x'), offset(1, 'exhibitor.dress.z'),
      form.figure('/yaw_deg', 'exhibitor.dress.turn', () => dress.yaw_deg, 5, (value) => { dress.yaw_deg = value; }),
      form.figure('/scale', 'exhibitor.dress.scale', () => dress.scale, 0.05, (value) => { dress.scale = value; }, 0.01),
    ];
    this.#shown = figures;
    this.figures = el('div', 'figures', {}, ...figures.map(({ element }) => element));
    this.#kept = told(dress);
  }

  /** Draws the plan once the hall is known. */
  async open(desk: Desk): Promise<void> {
    const { booth, dress, bounds, moved } = this.options;
    if (!dress.hall || !isPlaced(booth)) return this.plan.replaceChildren(deskLink(desk, { view: 'booth', booth: booth.id, tab: 'place' }, 'btn', text('exhibitor.to_place'), icon('enter')));
    this.#slot = (await fetchHall(dress.hall)).slots.find(({ id }) => id === dress.slot) ?? null;
    if (!this.#slot) return;
    this.#plan = createPlan(this.#slot, bounds, newestOptimised(booth)?.optimised?.front ?? '-z', dress, () => {
      this.#show();
      this.#warn();
      moved();
    });
    this.plan.replaceChildren(this.#plan.element);
    this.#warn();
  }

  /** The dress was changed. */
  draw(): void {
    this.#plan?.draw();
    this.#warn();
  }

  /** Where the next panel would stand. */
  placeForPanel(): Vec3 {
    const { dress, bounds } = this.options;
    return placeForPanel(dress.panels.map(({ at }) => at), bounds, dress, this.#slot);
  }

  /** The dress was saved as it is. */
  kept(): void {
    this.#kept = told(this.options.dress);
  }

  /**
   * The preview in the hall moves the booth as well: who did not move it here keeps it where it was put there, with its panels in the
   * place.
   */
  async follow(): Promise<void> {
    const { booth, dress, moved } = this.options;
    const now = (await fetchBooth(booth.id)).dress;
    if (!now || told(dress) !== this.#kept || told(now) === this.#kept) return;
    const { hall, slot, offset_m, yaw_deg, scale } = now;
    Object.assign(dress, { hall, slot, offset_m, yaw_deg, scale });
    if (this.#slot?.id === slot) for (const panel of dress.panels) panel.at = broughtIn(panel.at, dress, this.#slot);
    this.#show();
    this.#plan?.draw();
    moved();
  }

  #show(): void {
    for (const figure of this.#shown) figure.show();
  }

  #warn(): void {
    const { dress, bounds } = this.options;
    const over = this.#slot && bounds ? excess(bounds, dress, this.#slot) : { side_m: 0, up_m: 0 };
    const outside = this.#slot ? panelsOutside(dress.panels, dress, this.#slot) : [];
    const centimetres = (metres: number): number => Math.ceil(metres * 100);
    live(this.warning, () => [
      over.up_m > 0 ? t('exhibitor.dress.too_high', { over: centimetres(over.up_m) }) : over.side_m > 0 ? t('exhibitor.dress.too_wide', { over: centimetres(over.side_m) }) : '',
      outside.length > 0 ? t('exhibitor.dress.panel_outside', { numbers: listed(outside.map(String)), count: outside.length }) : '',
    ].filter(Boolean).join('\n'));
  }
}

const told = ({ hall, slot, offset_m, yaw_deg, scale }: Dress): string => JSON.stringify([hall, slot, offset_m, yaw_deg, scale]);
