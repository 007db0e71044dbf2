/**
 * The question about age, where the server has one: asked once before the first hall, in a sheet of its own. The answer stays in this
 * browser and is sent nowhere.
 */
import { fetchHallList } from '../net/api';
import { t } from '../text/catalogue';
import { openDialog } from './dialog';
import { button, el, text } from './dom';
import { confirmAge, confirmedAge } from './profile';

let wanted = 0;

/** Whether the visitor may enter: asked where it is not known yet. */
export async function isOldEnough(): Promise<boolean> {
  // A server that says nothing now says so again in the hall, and better.
  const { minimum_age: age } = await fetchHallList().catch(() => ({ minimum_age: 0 }));
  if (age <= confirmedAge()) return true;
  wanted = age;
  return ask(age);
}

export const sayTooYoung = (): string => t('privacy.age_younger', { age: wanted });

function ask(age: number): Promise<boolean> {
  return new Promise((resolve) => {
    let answer = false;
    const yes = button({
      label: () => t('privacy.age_yes', { age }), className: 'btn primary tall', onPress: () => {
        answer = true;
        confirmAge(age);
        sheet.close();
      },
    });
    const no = button({ label: () => t('privacy.age_no', { age }), className: 'btn tall', onPress: () => sheet.close() });
    const body = [el('p', 'age-ask', {}, text(() => t('privacy.age_ask', { age }))), el('p', 'work-note', {}, text('privacy.age_text'))];
    const sheet = openDialog('privacy.age_title', 'age-sheet', body, [no, yes], { onClose: () => resolve(answer) });
  });
}
