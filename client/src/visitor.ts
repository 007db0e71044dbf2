/**
 * The visitor's page: the landing page first, a hall when one is entered, the text version where there is no WebGL.
 *
 * Light on purpose: three.js and everything of a hall come with `visit/visit.ts`, when a hall is entered.
 */
import { createLanding, type Landing } from './ui/landing';
import { loadLang, loadProfile, type Profile } from './ui/profile';
import { setLang } from './text/catalogue';
import { formatAddress, parseAddress, type Address } from './visit/address';
import type { Visit } from './visit/visit';

class VisitorPage {
  #landing: Landing | null = null;
  #visit: Visit | null = null;
  /** Grows with each change of mind: what was being loaded for an earlier wish is dropped. */
  #wishes = 0;

  constructor(
    private readonly root: HTMLElement,
    private readonly flags: URLSearchParams,
  ) {
    window.addEventListener('popstate', () => this.#followAddress());
    // Closing the tab is leaving the socket, not the hall: a reload comes back as the same visitor.
  }

  start(): void {
    setLang(loadLang());
    this.#followAddress();
  }

  /** Also what the browser's back and forward buttons do. */
  #followAddress(): void {
    const address = parseAddress(location.pathname);
    if (!address) this.#showLanding(null);
    else if (this.#visit) this.#visit.follow(address);
    else if (loadProfile().name === '') this.#showLanding(address);
    else void this.#enter(address, loadProfile());
  }

  #showLanding(wanted: Address | null): void {
    this.#wishes += 1;
    this.#visit?.dispose();
    this.#visit = null;
    this.#landing?.dispose();
    this.#landing = createLanding(this.root, {
      halls: null,
      profile: loadProfile(),
      hall: wanted?.hall ?? null,
      onEnter: (hall, profile) => {
        const address = wanted?.hall === hall ? wanted : { hall, at: null };
        this.#write(address);
        void this.#enter(address, profile);
      },
    });
  }

  async #enter(address: Address, profile: Profile): Promise<void> {
    const wish = ++this.#wishes;
    this.#landing?.setBusy(true);
    const { Visit, WebGlMissing } = await import('./visit/visit');
    if (wish !== this.#wishes) return;
    this.#landing?.dispose();
    this.#landing = null;
    try {
      this.#visit = new Visit({
        root: this.root,
        address,
        profile,
        debug: this.flags.has('debug'),
        arrived: (arrived) => this.#write(arrived),
        left: () => this.#leave(),
      });
      this.#visit.start();
    } catch (error) {
      if (!(error instanceof WebGlMissing)) throw error;
      throw error;
    }
  }

  #leave(): void {
    history.pushState(null, '', '/');
    this.#showLanding(null);
  }

  /** The address bar follows the visitor; one step back is the place before. */
  #write(address: Address): void {
    const path = formatAddress(address);
    if (path !== location.pathname) history.pushState(null, '', path + location.search);
  }
}

const root = document.querySelector<HTMLElement>('#app');
if (!root) throw new Error('the page has no #app');
new VisitorPage(root, new URLSearchParams(location.search)).start();
