/** The keys of the page; all others are the hall's. A field, a focused control and an open dialog keep their own. */

export interface HudKeys {
  /** Something covers the hall: only Esc is heard. */
  covered(): boolean;
  toggleMap(): void;
  openProgramme(): void;
  toggleHand(): void;
  chat(): void;
  closeTopmost(): void;
}

/** @returns stops listening */
export function listenToKeys(keys: HudKeys): () => void {
  const keydown = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === 'Escape') return keys.closeTopmost();
    if (keepsKeys(event.target) || keys.covered()) return;
    if (event.code === 'KeyM') keys.toggleMap();
    else if (event.code === 'KeyP') keys.openProgramme();
    else if (event.code === 'KeyH' && !event.repeat) keys.toggleHand();
    else if (event.key === 'Enter') {
      event.preventDefault();
      keys.chat();
    }
  };
  window.addEventListener('keydown', keydown);
  return () => window.removeEventListener('keydown', keydown);
}

function keepsKeys(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, textarea, select, button, a, dialog') !== null;
}
