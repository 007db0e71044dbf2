/** The field for one's name: as long as a name tag, counted in what people see; nothing that was typed is cut off. */
import { NAME_MAX_CHARS, NAME_MAX_CODE_POINTS } from '../protocol/generated';
import { live } from '../text/catalogue';
import { plain } from '../text/plain';
import { el } from './dom';
import { roomLeft } from './roomLeft';

const LIMIT = { characters: NAME_MAX_CHARS, codePoints: NAME_MAX_CODE_POINTS };
const COUNTED_FROM = 6;

export interface NameField {
  readonly input: HTMLInputElement;
  /** Label, input and what is to be said of them. */
  readonly parts: readonly HTMLElement[];
  /** The name as the server takes it, empty when there is none; null, with the focus on the field, when it is too long. */
  value(): string | null;
}

export function createNameField(id: string, name: string): NameField {
  const input = el('input', '', { type: 'text', id, autocomplete: 'nickname', enterkeyhint: 'go' });
  input.value = name;
  const room = roomLeft(input, LIMIT, COUNTED_FROM, plain);
  return {
    input,
    parts: [live(el('label', '', { for: id }), 'landing.name'), input, room.element],
    value() {
      if (room.look()) return plain(input.value);
      input.focus();
      return null;
    },
  };
}
