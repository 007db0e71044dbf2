/** The operator's page. */
import { startConsole } from './operator/startConsole';
import { el, text } from './ui/dom';

const root = document.querySelector<HTMLElement>('#app') ?? document.body;

startConsole(root).catch((error: unknown) => {
  console.error('yuanzhan: the console could not start', error);
  root.replaceChildren(el('p', 'desk-refused', { role: 'alert' }, text('operator.server_unreachable')));
});
