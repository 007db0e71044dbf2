import { send } from '../net/account';
import { t } from '../text/catalogue';
import { el, text } from '../ui/dom';
import { acting, section, table } from './section';
import { when } from './when';

interface Session {
  id: string;
  agent: string;
  created_at: string;
  seen_at: string;
  expires_at: string;
  this: boolean;
}

/** Where one is signed in. */
export async function sessionsSection(): Promise<HTMLElement> {
  const list = el('div');
  const show = async (): Promise<void> => {
    const sessions = await send<Session[]>('GET', '/api/sessions');
    const rows = sessions.map((session) => ({
      cells: [browserOf(session.agent), text(() => when(session.seen_at), 'no-autospace'), text(() => when(session.expires_at), 'no-autospace')],
      action: session.this ? text('account.this_browser', 'tag ok') : acting('account.end_session', null, async () => {
        await send('DELETE', `/api/sessions/${session.id}`);
        await show();
      }),
    }));
    list.replaceChildren(table(['account.col_browser', 'account.col_seen', 'account.col_ends'], rows, 'account.no_sessions'));
  };
  await show();
  return section('account.sessions', null, list);
}

const BROWSERS: readonly [RegExp, string][] = [
  [/MicroMessenger/, '微信'], [/Edg\//, 'Edge'], [/OculusBrowser/, 'Meta Quest'], [/PicoBrowser/i, 'PICO'], [/Firefox\//, 'Firefox'], [/Chrome\//, 'Chrome'], [/Safari\//, 'Safari'],
];
const SYSTEMS: readonly [RegExp, string][] = [
  [/iPhone|iPad/, 'iOS'], [/HarmonyOS/i, 'HarmonyOS'], [/Android/, 'Android'], [/Windows/, 'Windows'], [/Mac OS X/, 'macOS'], [/Linux/, 'Linux'],
];

/** "Chrome, Windows" of a User-Agent; what it is of no use to read is left out. */
function browserOf(agent: string): string {
  const found = [BROWSERS, SYSTEMS].map((names) => names.find(([pattern]) => pattern.test(agent))?.[1]).filter(Boolean);
  return found.join(', ') || agent.slice(0, 40) || t('account.unknown_browser');
}
