/**
 * The bar over the hall while one looks at one's own booth: that nobody else sees it, how it stands, and the means to change that.
 * With the focus on it, keys move the booth instead of the visitor.
 */
import type { Bilingual, Transform } from '../net/api';
import { live, pick, t, type MessageKey } from '../text/catalogue';
import { button, el, text } from './dom';
import type { IconName } from './icons';
import { standWords } from './standWords';
import { isTouch } from './touch';
import '../styles/preview.css';

export type Nudge = 'left' | 'right' | 'nearer' | 'farther' | 'turn-left' | 'turn-right' | 'smaller' | 'larger';

export type PreviewState =
  | { state: 'loading' }
  | { state: 'standing'; transform: Transform; changed: boolean; justSaved: boolean }
  | { state: 'saving' }
  | { state: 'not-saved'; code: string; detail: string }
  | { state: 'elsewhere'; hall: string; id: string }
  | { state: 'failed'; code: string };

export interface PreviewBar {
  readonly element: HTMLElement;
  setTitle(title: Bilingual): void;
  say(state: PreviewState): void;
  /** The next keys are the booth's. */
  focus(): void;
}

interface PreviewBarActions {
  /** The page where this booth is dressed. */
  back: string;
  nudge(nudge: Nudge, fine: boolean): void;
  /** As it was saved last. */
  reset(): void;
  save(): void;
}

const KEYS: Readonly<Record<string, Nudge>> = {
  ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'farther', ArrowDown: 'nearer',
  BracketLeft: 'turn-left', BracketRight: 'turn-right', Minus: 'smaller', NumpadSubtract: 'smaller', Equal: 'larger', NumpadAdd: 'larger',
};

const TOOLS: readonly { nudge: Nudge; icon: IconName; label: MessageKey }[] = [
  { nudge: 'left', icon: 'left', label: 'preview.left' }, { nudge: 'right', icon: 'right', label: 'preview.right' },
  { nudge: 'farther', icon: 'up', label: 'preview.farther' }, { nudge: 'nearer', icon: 'down', label: 'preview.nearer' },
  { nudge: 'turn-left', icon: 'turn-left', label: 'preview.turn_left' }, { nudge: 'turn-right', icon: 'turn-right', label: 'preview.turn_right' },
  { nudge: 'smaller', icon: 'minus', label: 'preview.smaller' }, { nudge: 'larger', icon: 'plus', label: 'preview.larger' },
];

export function createPreviewBar(actions: PreviewBarActions): PreviewBar {
  const title = el('strong', 'preview-title');
  const alone = text('preview.alone', 'preview-alone');
  const stands = el('p', 'preview-stands', { role: 'status' });
  const help = live(el('p', 'preview-help', { id: 'preview-help' }), isTouch() ? 'preview.help_touch' : 'preview.help');
  const tools = el('div', 'preview-tools', { role: 'toolbar' }, ...TOOLS.map(({ nudge, icon, label }) =>
    button({ label, icon, iconOnly: true, className: 'preview-tool', onPress: () => actions.nudge(nudge, false) })));
  live(tools, 'preview.tools', 'aria-label');
  const reset = button({ label: 'preview.reset', className: 'btn', onPress: actions.reset });
  const save = button({ label: 'preview.save', className: 'btn primary', onPress: actions.save });
  const back = live(el('a', 'btn ghost', { href: actions.back }), 'preview.back');
  const element = el(
    'section', 'preview-bar', { tabindex: 0, 'aria-describedby': help.id },
    el('div', 'preview-words', {}, el('p', 'preview-head', {}, title, alone), stands, help), tools, el('div', 'preview-actions', {}, back, reset, save),
  );
  live(element, 'preview.title', 'aria-label');

  element.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const nudge = KEYS[event.code];
    if (!nudge) return;
    event.preventDefault();
    event.stopPropagation();
    actions.nudge(nudge, event.shiftKey);
  });

  const usable = (yes: boolean): void => {
    tools.hidden = help.hidden = !yes;
  };
  return {
    element,
    setTitle: (said) => live(title, () => pick(said)),
    focus: () => element.focus({ preventScroll: true }),
    say(state) {
      element.dataset['state'] = state.state;
      const standing = state.state === 'standing';
      usable(standing || state.state === 'saving' || state.state === 'not-saved');
      const changed = (standing && state.changed) || state.state === 'not-saved';
      reset.hidden = save.hidden = state.state === 'loading' || state.state === 'elsewhere' || state.state === 'failed';
      reset.disabled = save.disabled = !changed;
      save.setAttribute('aria-busy', String(state.state === 'saving'));
      stands.classList.toggle('bad', state.state === 'failed' || state.state === 'not-saved');
      if (state.state === 'failed' && state.code === 'not_signed_in') {
        const next = encodeURIComponent(location.pathname + location.search);
        stands.replaceChildren(live(el('a', '', { href: `/sign-in?next=${next}` }), 'preview.sign_in'));
      } else if (state.state === 'elsewhere') {
        const href = `/halls/${encodeURIComponent(state.hall)}?preview=${encodeURIComponent(state.id)}`;
        stands.replaceChildren(live(el('a', '', { href }), 'preview.elsewhere'));
      } else live(stands, () => sentence(state));
    },
  };
}

function sentence(state: PreviewState): string {
  switch (state.state) {
    case 'standing': {
      const how = standWords(state.transform);
      return state.justSaved ? `${t('preview.saved')} ${how}` : how;
    }
    case 'saving': return t('preview.saving');
    case 'not-saved': return state.detail || t('preview.not_saved', { code: state.code });
    case 'failed': return t(state.code === 'no_such_booth' ? 'preview.no_such_booth' : 'preview.failed', { code: state.code });
    default: return t('preview.loading');
  }
}
