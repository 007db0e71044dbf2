/** The contact card of a booth: shown or not, and what stands on it. */
import type { Dress } from '../net/boothRecords';
import { el } from '../ui/dom';
import { DRESS_LIMITS } from './dressLimits';
import type { Form } from './fields';

/** @param organisation stands on a new card */
export function cardFields(dress: Dress, form: Form, organisation: string): HTMLElement {
  const element = el('div', 'card-fields');
  const build = (): void => {
    form.forget('/card');
    const { card } = dress;
    element.replaceChildren(
      form.tick('exhibitor.dress.show_card', card !== null, (on) => {
        dress.card = on ? card ?? { name: '', organisation, contact: '' } : null;
        build();
      }),
      ...(card ? [el('div', 'two', {},
        form.line('/card/name', 'exhibitor.field.person', card.name, (value) => { card.name = value; }, { most: DRESS_LIMITS.name }),
        form.line('/card/organisation', 'exhibitor.field.organisation', card.organisation, (value) => { card.organisation = value; }, { most: DRESS_LIMITS.name })),
      form.line('/card/contact', 'exhibitor.field.contact', card.contact, (value) => { card.contact = value; }, { most: DRESS_LIMITS.contact, hint: 'exhibitor.field.contact_hint' })] : []),
    );
  };
  build();
  return element;
}
