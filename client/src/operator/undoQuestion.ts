/** Asked before an undo by which something else comes back: who opened a hall again would close it by undoing that. */
import { live, t } from '../text/catalogue';
import { openDialog } from '../ui/dialog';
import { button, el } from '../ui/dom';
import { fetchDesk, type Act } from './api';
import { comesBack, liesOverOthers } from './inForce';
import { actWords } from './words';

/** True where it is to be undone. */
export async function mayUndo(act: Act): Promise<boolean> {
  if (!liesOverOthers(act)) return true;
  const { acts, halls } = await fetchDesk();
  const before = comesBack(act, acts);
  if (!before) return true;
  const people = halls.find(({ hall }) => hall === act.hall)?.visitors ?? 0;
  return new Promise((resolve) => {
    let isMeant = false;
    const leadsOut = before.params['door'] === 'closed' && people > 0;
    const dialog = openDialog('desk.undo_title', 'narrow undo-question', [
      live(el('p'), () => t('desk.undo_restores', { what: actWords(act.kind, null, act.params), before: actWords(before.kind, null, before.params) })),
      live(el('p', 'hall-leads-out'), () => (leadsOut ? t('desk.leads_out', { count: people }) : '')),
    ], [button({
      label: 'desk.undo', className: `btn tall ${leadsOut ? 'danger' : 'primary'}`, onPress: () => {
        isMeant = true;
        dialog.close();
      },
    })]);
    dialog.element.addEventListener('close', () => resolve(isMeant));
  });
}
