import { send } from '../net/account';
import { dayAndClock, t } from '../text/catalogue';
import { acting } from '../ui/acting';
import { el, text } from '../ui/dom';
import { section, table } from './section';

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
      cells: [text(() => browserOf(session.agent)), text(() => dayAndClock(session.seen_at), 'no-autospace'), text(() => dayAndClock(session.expires_at), 'no-autospace')],
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

const BROWSERS: readonly [RegExp, string | (() => string)][] = [
  [/MicroMessenger/, () => t('account.wechat')], [/Edg\//, 'Edge'], [/OculusBrowser/, 'Meta Quest'], [/PicoBrowser/i, 'PICO'], [/Firefox\//, 'Firefox'], [/Chrome\//, 'Chrome'], [/Safari\//, 'Safari'],
];
const SYSTEMS: typeof BROWSERS = [
  [/iPhone|iPad/, 'iOS'], [/HarmonyOS/i, 'HarmonyOS'], [/Android/, 'Android'], [/Windows/, 'Windows'], [/Mac OS X/, 'macOS'], [/Linux/, 'Linux'],
];

/** "Chrome, Windows" of a User-Agent; what it is of no use to read is left out. */
function browserOf(agent: string): string {
  const found = [BROWSERS, SYSTEMS].map((names) => names.find(([pattern]) => pattern.test(agent))?.[1]).filter((name) => name !== undefined);
  return found.map((name) => (typeof name === 'string' ? name : name())).join(', ') || agent.slice(0, 40) || t('account.unknown_browser');
}
