/**
 * The page of states (ui.html, in `npm run dev` only): any view in any state, without a server.
 * ui.html?view=landing&lang=zh&night
 */
import type { HallSummary } from '../../src/net/api';
import { NOTHING } from '../../src/reach/choice';
import { setLang } from '../../src/text/catalogue';
import type { Trouble } from '../../src/ui/hud/cover';
import { Hud } from '../../src/ui/hud/hud';
import { createLanding } from '../../src/ui/landing';
import { mutedChat } from '../../src/ui/sanctions';
import { createTwin } from '../../src/ui/twin';
import { openWardrobe } from '../../src/ui/wardrobe';
import { BOOTHS, LEADS, VISITS } from './sampleBooths';
import { CULTURE, HALLS } from './sampleHalls';

const query = new URLSearchParams(location.search);
const root = document.querySelector<HTMLElement>('#app') as HTMLElement;
const view = query.get('view') ?? 'landing';

const posterless = (hall: HallSummary): HallSummary => ({ ...hall, poster: null });
/** ?full: the garden is full; ?full=12: its observers' places as well, and so many wait. */
const crowded = (hall: HallSummary): HallSummary => {
  const queue = Number(query.get('full') ?? 0);
  return hall.id === 'culture' && query.has('full') ? { ...hall, visitors: hall.capacity, observers: queue > 0 ? 500 : 20, queue } : hall;
};
/** ?shut: the garden is closed by its hours. */
const shut = (hall: HallSummary): HallSummary => (hall.id === 'culture' && query.has('shut') ? { ...hall, door: 'closed', opens_at: new Date(Date.now() + 15 * 3_600_000).toISOString() } : hall);
const halls = (query.has('noposter') ? HALLS.map(posterless) : HALLS).map(crowded).map(shut);

const MODEL = new URL('../../../scenes/retail/built/booths/longjing.glb', import.meta.url).href;
const realFetch = window.fetch.bind(window);
window.fetch = async (input, init) => {
  const url = String(input);
  const booths = boothAnswer(url);
  if (booths !== undefined) return Response.json(booths);
  if (url === '/files/after.glb' || url === '/files/before.glb') return realFetch(MODEL);
  // ?real: the halls of a server that runs beside.
  if (query.has('real')) return realFetch(input, init);
  if (url === '/api/uploads') return new Response(null, { headers: { 'Tus-Max-Size': String(200 << 20) } });
  if (url === '/api/halls') return query.has('down') ? Promise.reject(new Error('down')) : Response.json({ halls, filing: query.has('filing') ? '浙ICP备2026000001号-1' : '' });
  if (/^\/api\/acts\/.*\/appeal$/.test(url)) return Response.json({ holds: true, appeal: '' });
  if (url === '/healthz') return Response.json({ status: 'ok', version: '0.1.0', halls: 4, visitors: 8528, tick_age_s: 0.05 });
  if (url.startsWith('/api/halls/')) return Response.json({ ...CULTURE, ...halls.find((hall) => url.endsWith(hall.id)) });
  if (url === CULTURE.floor) return new Response(null, { status: 404 });
  return realFetch(input, init);
};

/** The exhibitor's pages: ?view=exhibitor&booth=returned&tab=dress, or ?view=exhibitor&none for somebody without booths. */
function boothAnswer(url: string): unknown {
  if (url === '/api/me') return { account: { id: '1', login: 'lin', name: '林栀', role: 'exhibitor', organisation: { id: 'o1', name: '狮峰茶社' } }, csrf: 'x', permissions: [] };
  if (url === '/api/booths') return query.has('none') ? [] : BOOTHS;
  if (url === '/api/reviews') return query.has('none') ? [] : BOOTHS.slice(5, 6).concat(BOOTHS.slice(1, 2)).map((booth) => ({ exhibitor: '狮峰茶社', booth, version: booth.versions.at(-1) }));
  const [, id, part] = /^\/api\/booths\/(\w+)(?:\/(.+))?$/.exec(url) ?? [];
  if (!id) return undefined;
  return part === 'visits' ? VISITS : part === 'leads' ? LEADS : BOOTHS.find((booth) => booth.id === id);
}

localStorage.setItem('yuanzhan.lang', query.get('lang') === 'en' ? 'en' : 'zh');
localStorage.setItem('yuanzhan.theme', query.has('night') ? 'night' : 'day');
if (query.has('known')) localStorage.setItem('yuanzhan.hints', '1');
setLang(query.get('lang') === 'en' ? 'en' : 'zh');
const profile = { name: query.get('lang') === 'en' ? '' : '西溪听雨', look: query.has('custom') ? 6758688 : 16384 };

if (view === 'landing' || view === 'wardrobe') {
  createLanding(root, { halls: query.has('down') ? null : halls, profile, wanted: { hall: 'culture', at: null }, onEnter: (address, who) => console.info('enter', address, who) });
  if (view === 'wardrobe') void openWardrobe(profile.look);
}

if (view === 'twin') createTwin(root, { hall: 'culture', because: query.has('nowebgl') ? 'no-webgl' : 'chosen' });
if (view === 'operator') void import('../../src/operator');
if (view === 'exhibitor') void import('../../src/exhibitor');
if (view === 'reviews') {
  const { createReviews } = await import('../../src/operator/reviews');
  const { workPage } = await import('../../src/ui/workPage');
  const reviews = createReviews(() => halls, (count) => console.info('waiting', count));
  workPage('operator.name').append(reviews.element);
  reviews.start();
}

if (view === 'hud') {
  root.classList.add('backdrop');
  const hud = new Hud(root, {
    sendChat: (text) => (hud.addChat({ id: 1, name: '我', text, self: true }), true),
    hand: () => true,
    floor: () => undefined,
    emote: (emote) => console.info('emote', emote),
    go: (hall, at) => console.info('go', hall, at),
    leave: () => console.info('leave'),
    interact: () => hud.showPanel(panel()),
    enterVr: () => hud.setXr({ vr: true, ar: true, active: 'vr' }),
    enterAr: () => hud.setXr({ vr: true, ar: true, active: 'ar' }),
    leaveXr: () => hud.setXr({ vr: true, ar: true, active: null }),
    setProfile: (next) => hud.setSelf(next),
    retry: () => console.info('retry'),
    care: { report: (subject, reason) => console.info('report', subject, reason), isHidden: () => false, hide: () => undefined },
    peopleAround: () => [
      { id: 7, name: '小满', badge: '', isNear: true }, { id: 8, name: '导览三号', badge: 'bot', isNear: true }, { id: 9, name: '林栀', badge: 'staff', isNear: false },
    ],
    bubble: () => false,
    setBubble: () => undefined,
    reach: { choice: () => NOTHING, choose: () => undefined, take: () => hud.setLetter(null), later: () => hud.setLetter(null), off: () => hud.setLetter(null), stop: () => hud.setGuide(null) },
    booth: {
      opened: (booth, item) => console.info('opened', booth.id, item),
      looks: () => ({ variants: [], chosen: null, original: true }),
      choose: () => undefined,
      leaveCard: () => true,
    },
  });
  const panel = () => (query.get('panel') === 'booth' ? CULTURE.booths[0] : CULTURE.panels[0]) as (typeof CULTURE.panels)[number];
  hud.setPlace(CULTURE);
  hud.setSelf(profile);
  hud.setStamps(['bridge']);
  hud.setNearby(18);
  hud.setPopulation({ here: Number(query.get('here') ?? 2860), halls: {} });
  if (!query.has('quiet')) {
    hud.addChat({ id: 2, name: '小满', text: '这边的灯会自己亮', self: false });
    hud.addChat({ id: 3, name: '沈清', text: '三点在台前开讲，欢迎过来', self: false });
  }
  if (query.has('prompt')) hud.setPrompt('read', { title: query.get('lang') === 'en' ? 'Hand-painted Longjing caddy' : '明前龙井 手绘茶罐' });
  if (query.has('panel')) hud.showPanel(panel());
  if (query.has('xr')) hud.setXr({ vr: true, ar: true, active: null });
  if (query.has('map')) {
    document.querySelector<HTMLElement>('.hud-nav button:nth-child(3)')?.click();
    hud.setMap(crowd());
  }
  if (query.has('letter')) {
    hud.setLetter({
      t: 'invitation', id: '1', sender: 'booth', hall: 'culture', booth: 'longjing', title_zh: '龙井茶铺', title_en: 'Longjing tea house',
      zh: '三点试茶，明前新采，座位二十个。', en: 'Tea tasting at three: this spring’s first leaves, twenty seats.',
    });
  }
  if (query.has('guide')) hud.setGuide({ title: () => (query.get('lang') === 'en' ? 'Longjing tea house' : '龙井茶铺'), metres: 24 });
  if (query.has('offer')) hud.offerLetters();
  if (query.has('loading')) hud.setLoading({ loaded: 2_100_000, total: 4_640_000 });
  if (query.has('queue')) hud.setQueue({ ahead: Number(query.get('queue')) });
  if (query.has('observer')) hud.setObserver({ ahead: Number(query.get('observer')) });
  if (query.has('line')) hud.setConnection(query.get('line') as 'reconnecting' | 'gone');
  if (query.has('sanction')) hud.setSanction({ act: 'a', kind: 'remove', reason: 'harassment', note: '请勿跟随他人', left_s: 600 });
  if (query.has('muted')) hud.setMuted(mutedChat({ act: { act: 'a', kind: 'mute', reason: 'harassment', note: '', left_s: 600 }, end: new Date(Date.now() + 600_000) }));
  if (query.has('near')) document.querySelector<HTMLElement>('button.near')?.click();
  if (query.has('trouble')) hud.showMessage(query.get('trouble') as Trouble, query.has('reason') ? { reason: query.get('reason') ?? '' } : {});
  if (query.has('toast')) {
    hud.notice('chat_too_fast');
    hud.setStamps(['bridge', 'stage']);
  }
}

/** A thousand visitors, most of them at the stage. */
function crowd() {
  const dots = new Float32Array(2000);
  let seed = 7;
  const random = (): number => (seed = (seed * 16807) % 2147483647) / 2147483647;
  const around: readonly (readonly [number, number, number, number])[] = [[-18, -8, 8, 0.45], [0, 2, 7, 0.65], [2, 20, 24, 0.85], [18, -12, 8, 1]];
  for (let i = 0; i < 1000; i += 1) {
    const pick = random();
    const [x, z, spread] = (around.find(([, , , until]) => pick <= until) ?? around[0]) as readonly [number, number, number, number];
    dots[i * 2] = x + (random() + random() - 1) * spread;
    dots[i * 2 + 1] = z + (random() + random() - 1) * spread * 0.6;
  }
  return { self: { x: -2, z: 6, yaw: 0.6 }, dots, way: [], count: 1000 };
}
