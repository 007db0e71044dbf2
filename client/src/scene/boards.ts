/**
 * The panels of a dressed booth as they hang in the hall: a picture as itself, everything else as a plate of paper with its
 * title, the first lines, and a sign for what it holds. Sounds and films begin in the panel beside the hall, when asked for.
 */
import { CanvasTexture, Group, Mesh, MeshBasicMaterial, PlaneGeometry, SRGBColorSpace, type Texture } from 'three';
import type { Bilingual, DressPanel } from '../net/api';
import { loadPicture, type OnBytes } from './files';
import { BOARD_WIDTH_M } from './placement';

const BOARD_HEIGHT_M = 0.6;
const PLATE_PX = [576, 384] as const;
const MARGIN_PX = 36;
const TITLE_PX = 44;
const BODY_PX = 28;
const BODY_LINES = 5;
const PAPER = '#fdfbf6';
const INK = '#1f2a2c';
const INK_2 = '#475153';
const JADE = '#245c50';
const SERIF = '"Noto Serif SC", "Source Serif 4", "Songti SC", SimSun, serif';
const SANS = '"PingFang SC", "Microsoft YaHei", "Noto Sans SC", "Noto Sans CJK SC", system-ui, sans-serif';

export type Lang = 'zh' | 'en';

/** Boards at their places of the booth's frame, not turned yet (`placement.boardYaw`); `userData.item` of each is the panel's id. One that fails is left out. */
export async function loadBoards(panels: readonly DressPanel[], lang: Lang, onBytes: OnBytes): Promise<Group> {
  const boards = new Group();
  boards.name = 'boards';
  await Promise.all(panels.map(async (panel) => {
    const texture = await textureOf(panel, lang, onBytes).catch((error: unknown) => {
      console.warn(`panel ${panel.id} is left out:`, error);
      return null;
    });
    if (texture) boards.add(board(panel, texture));
  }));
  return boards;
}

async function textureOf(panel: DressPanel, lang: Lang, onBytes: OnBytes): Promise<Texture> {
  if (panel.kind !== 'picture' || !panel.url) return plate(panel, lang);
  const texture = await loadPicture(panel.url, onBytes);
  texture.colorSpace = SRGBColorSpace;
  // An ImageBitmap is not flipped on its way to the card; the board's corners are, instead.
  texture.flipY = false;
  return texture;
}

function board(panel: DressPanel, texture: Texture): Mesh {
  const image = texture.image as { width: number; height: number };
  const aspect = image.width / Math.max(1, image.height);
  const width = Math.min(BOARD_WIDTH_M, BOARD_HEIGHT_M * 1.4 * aspect);
  const geometry = new PlaneGeometry(width, width / aspect);
  const uv = geometry.getAttribute('uv');
  for (let corner = 0; corner < uv.count; corner += 1) uv.setY(corner, 1 - uv.getY(corner));
  texture.generateMipmaps = true;
  texture.anisotropy = 4;
  // Paper is as bright as it is: neither the hall's lamps nor its exposure make text unreadable.
  const mesh = new Mesh(geometry, new MeshBasicMaterial({ map: texture, toneMapped: false }));
  mesh.name = `board-${panel.id}`;
  mesh.position.set(...panel.at);
  mesh.userData['item'] = panel.id;
  mesh.userData['yuanzhan'] = { shadow: 'none' };
  return mesh;
}

function plate(panel: DressPanel, lang: Lang): CanvasTexture {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = PLATE_PX;
  const c = canvas.getContext('2d');
  if (!c) throw new Error('no 2D canvas');
  const [width, height] = PLATE_PX;
  c.fillStyle = PAPER;
  c.fillRect(0, 0, width, height);
  c.fillStyle = JADE;
  c.fillRect(0, 0, 10, height);
  c.textBaseline = 'top';
  c.fillStyle = INK;
  c.font = `700 ${TITLE_PX}px ${SERIF}`;
  const sign = panel.kind === 'video' || panel.kind === 'audio';
  const titleWidth = width - 2 * MARGIN_PX - (sign ? 84 : 0);
  const title = wrap(c, say(panel.title, lang), titleWidth, 2);
  title.forEach((line, index) => c.fillText(line, MARGIN_PX, MARGIN_PX + index * TITLE_PX * 1.3));
  c.fillStyle = INK_2;
  c.font = `400 ${BODY_PX}px ${SANS}`;
  const top = MARGIN_PX + Math.max(1, title.length) * TITLE_PX * 1.3 + 16;
  const lines = Math.min(BODY_LINES, Math.floor((height - MARGIN_PX - top) / (BODY_PX * 1.55)));
  wrap(c, say(panel.body, lang), width - 2 * MARGIN_PX, lines)
    .forEach((line, index) => c.fillText(line, MARGIN_PX, top + index * BODY_PX * 1.55));
  if (sign) drawSign(c, panel.kind === 'video', width - MARGIN_PX - 36, MARGIN_PX + 30);
  const texture = new CanvasTexture(canvas);
  texture.colorSpace = SRGBColorSpace;
  texture.flipY = false;
  return texture;
}

/** A film's triangle or a sound's waves, on a disc of jade. */
function drawSign(c: CanvasRenderingContext2D, film: boolean, x: number, y: number): void {
  c.fillStyle = JADE;
  c.beginPath();
  c.arc(x, y, 36, 0, Math.PI * 2);
  c.fill();
  c.fillStyle = c.strokeStyle = PAPER;
  c.beginPath();
  if (film) {
    c.moveTo(x - 11, y - 17);
    c.lineTo(x + 19, y);
    c.lineTo(x - 11, y + 17);
    c.fill();
    return;
  }
  c.rect(x - 20, y - 8, 9, 16);
  c.moveTo(x - 12, y - 8);
  c.lineTo(x - 1, y - 18);
  c.lineTo(x - 1, y + 18);
  c.lineTo(x - 12, y + 8);
  c.fill();
  c.lineWidth = 4;
  for (const radius of [10, 19]) {
    c.beginPath();
    c.arc(x + 1, y, radius, -0.8, 0.8);
    c.stroke();
  }
}

const say = (text: Bilingual, lang: Lang): string => text[lang] || text.zh || text.en;

/** Lines no wider than `width`, broken between words, or anywhere in Chinese; the last one ends in … when there is more. */
export function wrap(c: Pick<CanvasRenderingContext2D, 'measureText'>, text: string, width: number, most: number): string[] {
  const lines: string[] = [];
  let line = '';
  const pieces = text.split('\n').flatMap((paragraph, index) => [...(index > 0 ? ['\n'] : []), ...(paragraph.match(/[ -ɏ]+?(?=\s|[^ -ɏ]|$)\s?|[^]/gu) ?? [])]);
  for (const piece of pieces) {
    const breaks = piece === '\n';
    if (breaks || (line !== '' && c.measureText((line + piece).trimEnd()).width > width)) {
      lines.push(line.trimEnd());
      line = breaks ? '' : piece.trimStart();
    } else line += piece;
    if (lines.length > most) break;
  }
  if (line.trim() !== '') lines.push(line.trimEnd());
  if (lines.length <= most) return lines;
  const kept = lines.slice(0, most);
  let last = kept[most - 1] ?? '';
  while (last !== '' && c.measureText(`${last}…`).width > width) last = last.slice(0, -1);
  kept[most - 1] = `${last}…`;
  return kept;
}
