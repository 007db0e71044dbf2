/** The garden wall's ornament: the edge of roof tiles and the shadow of bamboo on the plaster. Seen only, never read. */
import { el } from './dom';

export const roofTiles = (): HTMLElement => el('div', 'roof', { 'aria-hidden': true });

/** A picture rather than a filter on the page: blurred once, not with every frame. */
export const bambooShadow = (): HTMLElement => el('div', 'bamboo', { 'aria-hidden': true });
