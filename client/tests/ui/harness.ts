/**
 * The page of states (ui.html, in `npm run dev` only): any view in any state, without a server.
 * ui.html?view=landing&lang=zh&night
 */
import type { HallSummary } from '../../src/net/api';
import { setLang } from '../../src/text/catalogue';
import { createLanding } from '../../src/ui/landing';
import { openWardrobe } from '../../src/ui/wardrobe';
import { CULTURE, HALLS } from './sampleHalls';

const query = new URLSearchParams(location.search);
const root = document.querySelector<HTMLElement>('#app') as HTMLElement;
const view = query.get('view') ?? 'landing';

const posterless = (hall: HallSummary): HallSummary => ({ ...hall, poster: null });
const halls = query.has('noposter') ? HALLS.map(posterless) : HALLS;

const realFetch = window.fetch.bind(window);
window.fetch = async (input, init) => {
  const url = String(input);
  if (url === '/api/halls') return query.has('down') ? Promise.reject(new Error('down')) : Response.json({ halls });
  if (url.startsWith('/api/halls/')) return Response.json(CULTURE);
  if (url === CULTURE.floor) return new Response(null, { status: 404 });
  return realFetch(input, init);
};

setLang(query.get('lang') === 'en' ? 'en' : 'zh');
document.documentElement.classList.toggle('night', query.has('night'));
const profile = { name: query.get('lang') === 'en' ? '' : '西溪听雨', look: 0b0101_000_000_000_000_001_00 };

if (view === 'landing' || view === 'wardrobe') {
  createLanding(root, { halls: query.has('down') ? null : halls, profile, hall: 'culture', onEnter: (hall, who) => console.info('enter', hall, who) });
  if (view === 'wardrobe') void openWardrobe(profile.look);
}
