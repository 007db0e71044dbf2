/** Pages of a hall's own words, drawn on a canvas: its name, today's programme, what its panels say. */
import type { Bilingual, HallDescriptor } from '../net/api';

export const SLIDE_PX = [1024, 580] as const;
const MARGIN_PX = 72;
const SERIF = "'Noto Serif SC', 'Noto Serif CJK SC', 'Source Han Serif SC', 'Songti SC', SimSun, serif";
const PAPER = '#f0e8d6';
const INK = '#2b2622';
const SOFT = '#7d7260';
const RED = '#a8322a';

interface Page {
  title: string;
  subtitle: string;
  lines: string[];
}

export class SlideDeck {
  readonly canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #pages: Page[];
  #shown = -1;

  constructor(hall: HallDescriptor, lang: 'zh' | 'en') {
    this.canvas = document.createElement('canvas');
    [this.canvas.width, this.canvas.height] = SLIDE_PX;
    this.#context = this.canvas.getContext('2d') as CanvasRenderingContext2D;
    this.#pages = pagesOf(hall, lang);
    this.show(0);
  }

  /** Draws the page of this position (its whole part counts, and goes around). True when the picture has changed. */
  show(position: number): boolean {
    const index = Math.floor(position) % this.#pages.length;
    if (index === this.#shown) return false;
    this.#shown = index;
    this.#draw(this.#pages[index] as Page, index);
    return true;
  }

  #draw(page: Page, index: number): void {
    const c = this.#context;
    const [width, height] = SLIDE_PX;
    c.fillStyle = PAPER;
    c.fillRect(0, 0, width, height);
    mountains(c, width, height, index);
    c.textBaseline = 'alphabetic';
    c.fillStyle = INK;
    c.font = `600 64px ${SERIF}`;
    c.fillText(page.title, MARGIN_PX, 128, width - 2 * MARGIN_PX);
    c.fillStyle = RED;
    c.fillRect(MARGIN_PX, 152, 56, 5);
    c.fillStyle = SOFT;
    c.font = `400 28px ${SERIF}`;
    c.fillText(page.subtitle, MARGIN_PX, 202, width - 2 * MARGIN_PX);
    c.fillStyle = INK;
    c.font = `400 34px ${SERIF}`;
    let y = 268;
    for (const line of page.lines.flatMap((text) => wrapped(c, text, width - 2 * MARGIN_PX))) {
      if (y > height - 40) break;
      c.fillText(line, MARGIN_PX, y);
      y += 50;
    }
  }
}

function pagesOf(hall: HallDescriptor, lang: 'zh' | 'en'): Page[] {
  const other = lang === 'zh' ? 'en' : 'zh';
  const say = (text: Bilingual): string => text[lang];
  const pages: Page[] = [
    { title: `${say(hall.title)} · ${say(hall.place)}`, subtitle: `${hall.title[other]} · ${hall.place[other]}`, lines: [say(hall.summary)] },
  ];
  if (hall.programme.length > 0) {
    const lines = hall.programme.map((item) => `${item.at}　${say(item.title)}`);
    pages.push({ title: lang === 'zh' ? '今日节目' : 'Today', subtitle: say(hall.place), lines });
  }
  for (const panel of hall.panels) {
    pages.push({ title: say(panel.title), subtitle: panel.title[other], lines: [say(panel.body)] });
  }
  return pages;
}

/** Lines no wider than width_px; Chinese breaks anywhere, Latin at spaces. */
function wrapped(c: CanvasRenderingContext2D, text: string, width_px: number): string[] {
  const pieces = text.match(/[\u3000-\u9fff\uff00-\uffef“”]|[^\u3000-\u9fff\uff00-\uffef“”\s]+\s*|\s+/g) ?? [];
  const lines: string[] = [];
  let line = '';
  for (const piece of pieces) {
    if (line && c.measureText(line + piece.trimEnd()).width > width_px && !/^[，。；：、！？）》”]/.test(piece)) {
      lines.push(line);
      line = '';
    }
    line += piece;
  }
  return line ? [...lines, line] : lines;
}

/** Three pale ridges along the foot of the page. */
function mountains(c: CanvasRenderingContext2D, width: number, height: number, seed: number): void {
  for (let ridge = 0; ridge < 3; ridge += 1) {
    c.fillStyle = `rgba(70, 90, 84, ${0.06 + 0.05 * ridge})`;
    c.beginPath();
    c.moveTo(0, height);
    for (let x = 0; x <= width; x += 8) {
      const a = (x / width) * Math.PI * 2;
      const wave = Math.abs(Math.sin(a * 0.7 + ridge * 1.7 + seed)) + 0.4 * Math.abs(Math.sin(a * 1.9 + ridge * 2.3 + seed * 2));
      c.lineTo(x, height - 40 - wave * (110 - 28 * ridge));
    }
    c.lineTo(width, height);
    c.fill();
  }
}
