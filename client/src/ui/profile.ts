/** What a visitor chose, kept in this browser: name, look, language. Nothing of it leaves but in the hello. */
import { setLang, type Lang } from '../text/catalogue';
import { PRESET_LOOKS } from '../avatars/look';

export type Profile = { name: string; look: number };

const KEY = 'yuanzhan.profile';
const LANG_KEY = 'yuanzhan.lang';
const HINTS_KEY = 'yuanzhan.hints';
const AGE_KEY = 'yuanzhan.age';

export function loadProfile(): Profile {
  const stored = read(KEY);
  if (stored) {
    try {
      const { name, look } = JSON.parse(stored) as Partial<Profile>;
      if (typeof name === 'string' && typeof look === 'number') return { name, look };
    } catch {
      // What an older page or a hand wrote there is worth nothing: start anew.
    }
  }
  return { name: '', look: PRESET_LOOKS[Math.floor(Math.random() * PRESET_LOOKS.length)] ?? 0 };
}

export const saveProfile = (profile: Profile): void => write(KEY, JSON.stringify(profile));

/** The language chosen before, else the browser's: Chinese for any Chinese, English for the rest. */
export function loadLang(languages: readonly string[] = navigator.languages): Lang {
  const chosen = read(LANG_KEY);
  if (chosen === 'zh' || chosen === 'en') return chosen;
  return languages[0]?.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

/** Changes the language of the page and remembers it. */
export function chooseLang(lang: Lang): void {
  write(LANG_KEY, lang);
  setLang(lang);
}

export const hintsSeen = (): boolean => read(HINTS_KEY) !== null;
export const rememberHintsSeen = (): void => write(HINTS_KEY, '1');

/** The highest age that somebody confirmed in this browser; 0 where nobody was asked. */
export const confirmedAge = (): number => Number(read(AGE_KEY) ?? 0) || 0;
export const confirmAge = (age: number): void => write(AGE_KEY, String(age));

/* Where storage is refused (private windows, blocked cookies) the page works and forgets. */
function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Nothing to do: see above.
  }
}
