/** Five looks to choose from, a way to see others, and the wardrobe for whoever wants to choose everything. */
import { PRESET_LOOKS } from '../avatars/look';
import { live, t } from '../text/catalogue';
import { button, el, text } from './dom';
import { portrait } from './portrait';

const OFFERED = 5;

export interface AvatarPicker {
  readonly element: HTMLElement;
  readonly look: number;
  /** Puts a look made elsewhere first, chosen. */
  setLook(look: number): void;
}

/** @param onCustomise opens the wardrobe for the look of now */
export function createAvatarPicker(look: number, onChange: (look: number) => void, onCustomise: () => void): AvatarPicker {
  let chosen = look;

  const row = live(el('div', 'avatars', { role: 'radiogroup' }), 'landing.choose_avatar', 'aria-label');
  /** `first` and the presets that follow on `from`, round and round. */
  const offer = (first: number, from: number): void => {
    const others = PRESET_LOOKS.map((_, index) => PRESET_LOOKS[(from + index) % PRESET_LOOKS.length] as number).filter((other) => other !== first);
    row.replaceChildren(...[first, ...others].slice(0, OFFERED).map(choice));
  };
  const choice = (value: number, index: number): HTMLElement => {
    const input = el('input', 'unseen', { type: 'radio', name: 'avatar', value });
    input.checked = value === chosen;
    live(input, () => t('landing.avatar_n', { n: index + 1 }), 'aria-label');
    input.addEventListener('change', () => choose(value));
    return el('label', 'avatar', {}, input, portrait(value));
  };
  const choose = (value: number): void => {
    chosen = value;
    onChange(value);
  };
  let shown = Math.max(0, PRESET_LOOKS.indexOf(look));
  const shuffle = (): void => {
    shown = (shown + OFFERED) % PRESET_LOOKS.length;
    choose(PRESET_LOOKS[shown] as number);
    offer(chosen, shown);
  };

  offer(look, shown);
  const element = el(
    'div', 'field avatar-field', {},
    text('landing.choose_avatar', 'label'),
    row,
    el('div', 'avatar-tools', {},
      button({ label: 'landing.shuffle', icon: 'shuffle', iconOnly: true, className: 'btn square', onPress: shuffle }),
      button({ label: 'landing.customise', icon: 'shirt', iconOnly: true, className: 'btn square', onPress: onCustomise })),
  );
  return {
    element,
    get look() {
      return chosen;
    },
    setLook(value) {
      choose(value);
      offer(value, shown);
    },
  };
}
