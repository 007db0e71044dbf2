/**
 * The visitor's page: the landing page first, a hall when one is entered, the text version where there is no WebGL.
 *
 * Light on purpose: three.js and everything of a hall come with `visit/visit.ts`, when a hall is entered.
 */
import { isOldEnough, sayTooYoung } from './ui/ageGate';
import { createLanding, type Landing } from './ui/landing';
import type { Twin } from './ui/twin';
import { loadLang, loadProfile, type Profile } from './ui/profile';
import { setLang } from './text/catalogue';
import { formatAddress, parseAddress, type Address } from './visit/address';
import type { Drawing } from './visit/stage';
import type { Visit } from './visit/visit';

class VisitorPage {
  #landing: Landing | null = null;
  #visit: Visit | null = null;
  #twin: Twin | null = null;
  /** Grows with each change of mind: what was being loaded for an earlier wish is dropped. */
  #wishes = 0;
  /** The address that the page shows. */
  #path = location.pathname;

  constructor(
    private readonly root: HTMLElement,
    private readonly flags: URLSearchParams,
  ) {
    window.addEventListener('popstate', () => {
      // A link within the page (`#programme`) is a step in the history too, and changes nothing.
      if (location.pathname !== this.#path) this.#followAddress();
    });
  }

  start(): void {
    setLang(loadLang());
    if (this.flags.has('text')) this.#showTwin('chosen');
    else this.#followAddress();
  }

  /** Also what the browser's back and forward buttons do. */
  #followAddress(): void {
    this.#path = location.pathname;
    const address = parseAddress(location.pathname);
    if (!address) this.#showLanding(null);
    else if (this.#visit) this.#visit.follow(address);
    else if (loadProfile().name === '') this.#showLanding(address);
    else void this.#enter(address, loadProfile());
  }

  #showLanding(wanted: Address | null): void {
    this.#wishes += 1;
    this.#clear();
    this.#landing = createLanding(this.root, {
      halls: null,
      profile: loadProfile(),
      wanted,
      lost: wanted === null && !isLandingPage(location.pathname),
      onEnter: (address, profile) => {
        this.#write(address);
        void this.#enter(address, profile);
      },
    });
  }

  async #enter(address: Address, profile: Profile): Promise<void> {
    const wish = ++this.#wishes;
    this.#landing?.setBusy(true);
    const [mayEnter, loaded] = await Promise.all([isOldEnough(), import('./visit/visit').catch(() => null)]);
    if (wish !== this.#wishes) return;
    if (!mayEnter) return this.#tooYoung(address);
    if (!loaded) return this.#notLoaded(address);
    const { Visit, WebGlMissing } = loaded;
    this.#clear();
    try {
      this.#visit = new Visit({
        root: this.root,
        address,
        profile,
        linked: cameByLink(),
        debug: this.flags.has('debug'),
        frugal: this.flags.get('quality') === 'low',
        drawing: drawingOf(this.flags.get('draw')),
        preview: this.flags.get('preview'),
        arrived: (arrived, instead) => this.#write(arrived, instead),
        left: () => this.#leave(),
      });
      this.#visit.start();
    } catch (error) {
      if (!(error instanceof WebGlMissing)) throw error;
      this.#showTwin('no-webgl');
    }
  }

  /** The code of the halls did not come: the door stays, and says so. */
  #notLoaded(address: Address): void {
    if (!this.#landing) this.#showLanding(address);
    this.#landing?.setBusy(false);
    this.#landing?.say('landing.not_loaded');
  }

  /** The door stays shut, and says why; the text version is open to everybody. */
  #tooYoung(address: Address): void {
    if (!this.#landing) this.#showLanding(address);
    this.#landing?.setBusy(false);
    this.#landing?.say(sayTooYoung);
  }

  /** The same content without WebGL; links in it are pages of their own. */
  #showTwin(because: 'chosen' | 'no-webgl'): void {
    const address = parseAddress(location.pathname);
    const wish = ++this.#wishes;
    void import('./ui/twin').then(({ createTwin }) => {
      if (wish !== this.#wishes) return;
      this.#clear();
      this.#twin = createTwin(this.root, { hall: address?.hall ?? null, place: address?.at ?? null, because });
    });
  }

  /** Takes away whatever the page shows. */
  #clear(): void {
    this.#visit?.dispose();
    this.#landing?.dispose();
    this.#twin?.dispose();
    this.#visit = this.#landing = this.#twin = null;
  }

  #leave(): void {
    history.pushState(null, '', '/');
    this.#path = '/';
    this.#showLanding(null);
  }

  /** The address bar follows the visitor; one step back is the place before. */
  #write(address: Address, instead = false): void {
    const path = formatAddress(address);
    this.#path = path;
    if (path === location.pathname) return;
    if (instead) history.replaceState(null, '', path + location.search);
    else history.pushState(null, '', path + location.search);
  }
}

/** A reload and the browser's back button bring the visitor back to where they stood. */
function cameByLink(): boolean {
  const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  return navigation?.type === 'navigate';
}

const drawingOf = (flag: string | null): Drawing => (flag === 'never' || flag === 'seldom' ? flag : 'always');

const isLandingPage = (path: string): boolean => path === '/' || path === '/index.html';

const root = document.querySelector<HTMLElement>('#app');
if (!root) throw new Error('the page has no #app');
new VisitorPage(root, new URLSearchParams(location.search)).start();
