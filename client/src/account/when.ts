/** Moments of the API as people read them. */
import { clock, day } from '../text/catalogue';

/** 11月22日 周日 19:05, or Sun 22 Nov 19:05. */
export function when(iso: string): string {
  const moment = new Date(iso);
  return `${day(moment)} ${clock(moment)}`;
}
