/** What is kept, why and how long, as the server's settings have it; and what a guest may do about it without an account. */
import { fetchNotice } from './net/privacy';
import { privacyView } from './privacy/privacyView';
import { el, text } from './ui/dom';
import { workPage } from './ui/workPage';
import './styles/privacy.css';

async function start(): Promise<void> {
  const main = workPage('privacy.name', true);
  main.append(el('p', 'work-lead', { role: 'status' }, text('landing.loading')));
  main.replaceChildren(...privacyView(await fetchNotice()));
}

void start().catch((error: unknown) => {
  document.querySelector('#content')?.replaceChildren(el('p', 'work-lead', { role: 'alert' }, error instanceof Error ? error.message : String(error)));
});
