/** The icons of the product: our name for each, and the file of lucide that it is. `npm run icons` makes the sprite of them. */
import type icons from './icons.json';

export type IconName = keyof typeof icons;
