/** Name, look, language and paper: what a visitor may change while in a hall. */
import { live, t, type MessageKey } from '../../text/catalogue';
import { openDialog } from '../dialog';
import { button, el, text } from '../dom';
import { langSwitch } from '../langSwitch';
import { portrait } from '../portrait';
import { createNameField } from '../nameField';
import { saveProfile, type Profile } from '../profile';
import { chosenTheme, chooseTheme, type Theme } from '../theme';
import { openWardrobe } from '../wardrobe';

const THEMES: readonly Theme[] = ['auto', 'day', 'night'];

export interface OtherSettings {
  bubble: boolean;
  setBubble(on: boolean): void;
}

export function openSettings(profile: Profile, setProfile: (profile: Profile) => void, other: OtherSettings): void {
  let look = profile.look;
  const name = createNameField('settings-name', profile.name);
  const error = el('p', 'error', { role: 'alert' });
  const figure = el('span', 'settings-figure', {}, portrait(look));

  const save = (): void => {
    const typed = name.value();
    live(error, () => (typed === '' ? t('settings.name_empty') : ''));
    if (typed === null) return;
    if (typed === '') return name.input.focus();
    const next = { name: typed, look };
    saveProfile(next);
    if (next.name !== profile.name || next.look !== profile.look) setProfile(next);
    dialog.close();
  };
  const dress = async (): Promise<void> => {
    const chosen = await openWardrobe(look);
    if (chosen === null) return;
    look = chosen;
    figure.replaceChildren(portrait(look));
  };

  const dialog = openDialog('settings.title', 'narrow', [
    el('div', 'field', {}, ...name.parts, error),
    el('div', 'settings-row', {}, text('landing.choose_avatar', 'legend'), figure, button({ label: 'landing.customise', icon: 'shirt', className: 'btn tall', onPress: () => void dress() })),
    el('div', 'settings-row', {}, text('site.language', 'legend'), langSwitch()),
    el('div', 'settings-row', {}, text('settings.theme', 'legend'), themeSwitch()),
    bubbleRow(other),
  ], [button({ label: 'settings.save', className: 'btn tall primary', onPress: save })]);
}

/** Who comes nearer than an arm's length is not drawn. */
function bubbleRow({ bubble, setBubble }: OtherSettings): HTMLElement {
  const box = el('input', '', { type: 'checkbox', id: 'settings-bubble', checked: bubble });
  box.addEventListener('change', () => setBubble(box.checked));
  return el('div', 'settings-row', {}, box, live(el('label', '', { for: 'settings-bubble' }), 'settings.bubble'));
}

function themeSwitch(): HTMLElement {
  const group = live(el('div', 'segments', { role: 'group' }), 'settings.theme', 'aria-label');
  const choices = THEMES.map((theme) => {
    const choice = el('button', '', { type: 'button' }, text(`settings.theme_${theme}` as MessageKey));
    choice.addEventListener('click', () => {
      chooseTheme(theme);
      show();
    });
    return choice;
  });
  const show = (): void => choices.forEach((choice, index) => choice.setAttribute('aria-pressed', String(THEMES[index] === chosenTheme())));
  show();
  group.append(...choices);
  return group;
}
