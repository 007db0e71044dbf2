/** Day or night paper: the visitor's choice, else the system's. The plates over a hall are the same in both. */
export type Theme = 'auto' | 'day' | 'night';

const KEY = 'yuanzhan.theme';
const dark = (): MediaQueryList => matchMedia('(prefers-color-scheme: dark)');

let theme: Theme | null = null;

export const chosenTheme = (): Theme => theme ?? read();

export function chooseTheme(next: Theme): void {
  theme = next;
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // Without storage it lasts as long as the page.
  }
  show();
}

/** Puts the theme on the page and keeps it in step with the system; once a page. */
export function startTheme(): void {
  if (theme !== null) return;
  theme = read();
  dark().addEventListener('change', show);
  show();
}

function show(): void {
  document.documentElement.classList.toggle('night', theme === 'night' || (theme === 'auto' && dark().matches));
}

function read(): Theme {
  try {
    const stored = localStorage.getItem(KEY);
    return stored === 'day' || stored === 'night' ? stored : 'auto';
  } catch {
    return 'auto';
  }
}
