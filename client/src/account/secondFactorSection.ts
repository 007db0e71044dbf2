import { send, type Me } from '../net/account';
import { live, t } from '../text/catalogue';
import { button, el, svg, text } from '../ui/dom';
import { field, form } from './form';
import { section } from './section';

type State = { on: boolean; recovery_codes: number };
type Enrolment = { secret: string; uri: string; qr: string[] };

/** Turning the second factor on and off: password, then a code of it; recovery codes are shown once. */
export async function secondFactorSection(me: Me): Promise<HTMLElement> {
  const body = el('div');
  const show = async (): Promise<void> => {
    const state = await send<State>('GET', '/api/me/second-factor');
    body.replaceChildren(...(state.on ? whileOn(state) : whileOff()));
  };

  const whileOff = (): HTMLElement[] => {
    const password = field('sign_in.password', { type: 'password', autocomplete: 'current-password' });
    return [form(me.password ? [password.element] : [], 'account.second_factor_begin', async () => {
      const made = await send<Enrolment>('POST', '/api/me/second-factor', { password: password.input.value });
      body.replaceChildren(scan(made));
    }, 'row-form')];
  };

  const scan = (made: Enrolment): HTMLElement => {
    const code = field('sign_in.code', { autocomplete: 'one-time-code', inputmode: 'numeric', maxlength: 7 });
    return el('div', 'enrol', {}, qrCode(made.qr), el('div', '', {},
      el('p', '', {}, text('account.second_factor_scan')), el('p', 'mono', {}, made.secret.match(/.{1,4}/g)?.join(' ') ?? made.secret),
      form([code.element], 'account.second_factor_verb', async () => {
        const { recovery_codes: codes } = await send<{ recovery_codes: string[] }>('PUT', '/api/me/second-factor', { code: code.input.value });
        body.replaceChildren(kept(codes));
      }, 'row-form')));
  };

  const kept = (codes: readonly string[]): HTMLElement => el(
    'div', 'secret-box', {}, el('p', '', { role: 'status' }, text('account.second_factor_codes')),
    el('ol', 'codes', {}, ...codes.map((code) => el('li', '', {}, code))),
    button({ label: 'account.second_factor_saved', onPress: () => (me.second_factor_needed ? location.reload() : void show()) }),
  );

  const whileOn = (state: State): HTMLElement[] => {
    const password = field('sign_in.password', { type: 'password', autocomplete: 'current-password' });
    const code = field('sign_in.code', { autocomplete: 'one-time-code', maxlength: 32, hint: 'sign_in.code_hint' });
    return [
      live(el('p', 'tag ok'), () => t('account.second_factor_on', { count: state.recovery_codes })),
      form([...(me.password ? [password.element] : []), code.element], 'account.second_factor_off', async () => {
        await send('POST', '/api/me/second-factor/remove', { password: password.input.value, code: code.input.value });
        await show();
      }, 'row-form'),
    ];
  };

  await show();
  const needed = me.second_factor_needed ? el('p', 'tag warn', {}, text('account.second_factor_needed')) : null;
  return section('account.second_factor', 'account.second_factor_text', ...(needed ? [needed] : []), body);
}

/** The modules as one path, with the quiet zone of four that scanners want. */
function qrCode(rows: readonly string[]): SVGSVGElement {
  const size = rows.length + 8;
  const path = rows.flatMap((row, y) => [...row].flatMap((module, x) => (module === '1' ? [`M${x + 4} ${y + 4}h1v1h-1z`] : []))).join('');
  return live(svg('svg', { class: 'qr', role: 'img', viewBox: `0 0 ${size} ${size}`, 'shape-rendering': 'crispEdges' }, svg('path', { d: path })), 'account.qr', 'aria-label');
}
