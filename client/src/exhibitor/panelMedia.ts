/** The pictures, videos and sounds of panels: each is sent as soon as it is chosen, so that it is known to be right. */
import type { DressPanel, PanelKind } from '../net/boothRecords';
import { live, t } from '../text/catalogue';
import { wordsFor } from '../ui/busy';
import { button, el, text } from '../ui/dom';
import { PanelFile } from './panelFile';
import { size } from './parts';

type MediaKind = Exclude<PanelKind, 'text'>;

const ACCEPT: Record<MediaKind, string> = {
  picture: 'image/png,image/jpeg,image/webp', video: 'video/mp4,video/webm', audio: 'audio/mpeg,audio/ogg,audio/mp4,audio/wav',
};

type Progress = { sent: number; total: number };

export class PanelMedia {
  readonly #sending = new Map<DressPanel, Progress>();
  /** Those that did not get there, and why; most can be gone on with. */
  readonly #halted = new Map<DressPanel, { sending: PanelFile; at: Progress; error: unknown }>();
  /** Shows the newest field of each panel: lists are built anew while files are on their way. */
  readonly #fields = new WeakMap<DressPanel, () => void>();

  /** @param changed hears when a panel has another file, or none of those that were on their way */
  constructor(private readonly booth: string, private readonly changed: () => void) {}

  get isSending(): boolean {
    return this.#sending.size > 0;
  }

  /** Whether some of these panels wait for a file that was chosen, and is not there yet. */
  isMissing(panels: readonly DressPanel[]): boolean {
    return panels.some((panel) => this.#sending.has(panel) || this.#halted.get(panel)?.sending.mayGoOn);
  }

  field(panel: DressPanel, pointer: string): HTMLElement {
    const kind = panel.kind as MediaKind;
    const picker = el('input', '', { type: 'file', accept: ACCEPT[kind], hidden: true, tabindex: -1, 'data-pointer': pointer });
    const said = el('div', '', { role: 'alert' });
    const shown = el('div', 'media');
    const choose = button({ label: `exhibitor.media.choose_${kind}`, onPress: () => picker.click() });
    const show = (): void => {
      const file = this.#sending.get(panel);
      choose.setAttribute('aria-busy', String(file !== undefined));
      if (file) shown.replaceChildren(onItsWay(file));
      else shown.replaceChildren(...(panel.object ? [mediaOf(kind, `/files/${panel.object}`)] : [text(`exhibitor.media.none_${kind}`, 'work-note')]));
      said.replaceChildren(...this.#problem(panel));
    };
    this.#fields.set(panel, show);
    picker.addEventListener('change', () => {
      const file = picker.files?.[0];
      picker.value = '';
      if (file && !this.#sending.has(panel)) this.#begin(panel, file);
    });
    show();
    return el('div', 'media-field', {}, shown, choose, picker, said);
  }

  #begin(panel: DressPanel, file: File): void {
    this.#halted.get(panel)?.sending.forget();
    const at = { sent: 0, total: file.size };
    const sending = new PanelFile(this.booth, file, (sent) => {
      at.sent = sent;
      this.#fields.get(panel)?.();
    });
    void this.#send(panel, sending, at);
  }

  async #send(panel: DressPanel, sending: PanelFile, at: Progress): Promise<void> {
    const show = (): void => this.#fields.get(panel)?.();
    this.#halted.delete(panel);
    this.#sending.set(panel, at);
    show();
    try {
      panel.object = await sending.send();
    } catch (error) {
      this.#halted.set(panel, { sending, at, error });
    }
    this.#sending.delete(panel);
    show();
    this.changed();
  }

  #problem(panel: DressPanel): HTMLElement[] {
    const halted = this.#halted.get(panel);
    if (!halted) return [];
    const { sending, at, error } = halted;
    const said = live(el('p', 'error'), wordsFor(error));
    return sending.mayGoOn ? [said, button({ label: 'exhibitor.upload.again', onPress: () => void this.#send(panel, sending, at) })] : [said];
  }
}

function onItsWay({ sent, total }: { sent: number; total: number }): HTMLElement {
  return el('div', 'media-sending', {}, live(el('progress', 'progress', { max: total, value: sent }), 'exhibitor.upload.sending', 'aria-label'),
    live(el('span', 'work-note'), () => t('exhibitor.upload.of', { sent: size(sent), total: size(total) })));
}

function mediaOf(kind: MediaKind, url: string): HTMLElement {
  if (kind === 'picture') return live(el('img', '', { src: url }), 'exhibitor.media.alt', 'alt');
  return kind === 'video' ? el('video', '', { src: url, controls: true, preload: 'metadata' }) : el('audio', '', { src: url, controls: true, preload: 'metadata' });
}
