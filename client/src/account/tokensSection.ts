import { send } from '../net/account';
import { dayAndClock } from '../text/catalogue';
import { acting } from '../ui/acting';
import { el, text } from '../ui/dom';
import { field, form, select } from './form';
import { secret, section, table } from './section';

interface Token {
  id: string;
  name: string;
  created_at: string;
  seen_at: string | null;
  expires_at: string | null;
}

/** Tokens for programs: each is told once. */
export async function tokensSection(): Promise<HTMLElement> {
  const list = el('div');
  const told = el('div', '', { 'aria-live': 'polite' });
  const show = async (): Promise<void> => {
    const tokens = await send<Token[]>('GET', '/api/tokens');
    const rows = tokens.map((token) => ({
      cells: [
        token.name,
        text(token.seen_at ? () => dayAndClock(token.seen_at as string) : 'account.never_used', 'no-autospace'),
        text(token.expires_at ? () => dayAndClock(token.expires_at as string) : 'account.no_end', 'no-autospace'),
      ],
      action: acting('account.revoke', 'account.revoke_sure', async () => {
        await send('DELETE', `/api/tokens/${token.id}`);
        await show();
      }),
    }));
    list.replaceChildren(table(['account.col_token', 'account.col_used', 'account.col_ends'], rows, 'account.no_tokens'));
  };
  await show();
  const name = field('account.token_name', { maxlength: 120, refusals: 'name_invalid' });
  const days = select('account.token_days', [['90', 'account.days_90'], ['365', 'account.days_365'], ['', 'account.no_end']]);
  const make = async (): Promise<void> => {
    const token = await send<Token & { token: string }>('POST', '/api/tokens', {
      name: name.input.value, ...(days.input.value ? { days: Number(days.input.value) } : {}),
    });
    name.input.value = '';
    told.replaceChildren(secret(token.token, 'account.token_once'));
    await show();
  };
  return section('account.tokens', 'account.tokens_text', list, form([name.element, days.element], 'account.token_verb', make, 'row-form'), told);
}
