/**
 * A panel in the headset: a sheet of paper 0.86 x 0.58 m at 1.2 m, drawn on a canvas when its content changes.
 *
 * Sizes are in dmm (a millimetre at a metre): 720 x 480 of them, 2 px each. It is placed before the visitor once and then stays
 * still. Pressing works by any pointer: a ray gives the point, the point gives the button.
 */
import { CanvasTexture, LinearMipmapLinearFilter, Mesh, MeshBasicMaterial, PlaneGeometry, Raycaster, SRGBColorSpace, Vector3, type Object3D } from 'three';
import { breakLines } from './lines';

export interface PanelContent {
  title: string;
  lead?: string;
  body: string;
  /** At most three, with one of them the primary. */
  buttons: readonly PanelButton[];
}

export interface PanelButton {
  label: string;
  primary?: boolean;
  press(): void;
}

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
  button: PanelButton;
}

const WIDTH_PX = 1440;
const HEIGHT_PX = 960;
const DISTANCE_M = 1.2;
const WIDTH_M = 0.864;
const HEIGHT_M = 0.576;
const TOP_BELOW_EYE = (5 * Math.PI) / 180;
const MARGIN_PX = 88;
const TITLE_PX = 88;
const BODY_PX = 60;
const BODY_LINE_PX = 96;
const LEAD_PX = 48;
const BUTTON_HEIGHT_PX = 160;
const BUTTON_TEXT_PX = 56;
const BODY_TOP_PX = 300;
const BODY_LINES = 4;
const AHEAD = new Vector3();

export class XrPanel {
  readonly object: Mesh<PlaneGeometry, MeshBasicMaterial>;
  readonly #canvas = document.createElement('canvas');
  readonly #pen: CanvasRenderingContext2D;
  readonly #texture: CanvasTexture;
  readonly #raycaster = new Raycaster();
  #content: PanelContent | null = null;
  #page = 0;
  #boxes: Box[] = [];
  #hovered: PanelButton | null = null;
  #shown = 0;

  constructor(anisotropy: number) {
    this.#canvas.width = WIDTH_PX;
    this.#canvas.height = HEIGHT_PX;
    this.#pen = this.#canvas.getContext('2d') as CanvasRenderingContext2D;
    this.#texture = new CanvasTexture(this.#canvas);
    this.#texture.colorSpace = SRGBColorSpace;
    this.#texture.minFilter = LinearMipmapLinearFilter;
    this.#texture.anisotropy = anisotropy;
    const material = new MeshBasicMaterial({ map: this.#texture, toneMapped: false, fog: false, transparent: true });
    this.object = new Mesh(new PlaneGeometry(WIDTH_M, HEIGHT_M), material);
    this.object.renderOrder = 10;
    this.object.visible = false;
  }

  get visible(): boolean {
    return this.object.visible;
  }

  /** Before the head, facing it; `next` is the label of the button that turns the page. */
  async show(content: PanelContent, head: Object3D, next: string): Promise<void> {
    const shown = ++this.#shown;
    this.#content = { ...content, buttons: this.#withPaging(content, next) };
    this.#page = 0;
    this.#hovered = null;
    this.#place(head);
    // Drawn with a face that is not there yet, the fallback would stay in the texture.
    await Promise.allSettled([
      document.fonts.load(`600 ${TITLE_PX}px ${token('--serif')}`, content.title),
      document.fonts.load(`500 ${BODY_PX}px ${token('--sans')}`, content.body),
    ]);
    if (shown !== this.#shown) return;
    this.#draw();
    this.object.visible = true;
  }

  hide(): void {
    this.#shown += 1;
    this.object.visible = false;
  }

  /** Metres along the ray to the panel, and the button there; null when the ray misses it. */
  hit(origin: Vector3, direction: Vector3): { metres: number; button: PanelButton | null } | null {
    if (!this.visible) return null;
    this.#raycaster.set(origin, direction);
    const [hit] = this.#raycaster.intersectObject(this.object, false);
    if (!hit?.uv) return null;
    const x = hit.uv.x * WIDTH_PX;
    const y = (1 - hit.uv.y) * HEIGHT_PX;
    const box = this.#boxes.find((each) => x >= each.x && x <= each.x + each.width && y >= each.y && y <= each.y + each.height);
    return { metres: hit.distance, button: box?.button ?? null };
  }

  hover(button: PanelButton | null): boolean {
    if (button === this.#hovered || !this.visible) return false;
    this.#hovered = button;
    this.#draw();
    return button !== null;
  }

  dispose(): void {
    this.#texture.dispose();
    this.object.geometry.dispose();
    this.object.material.dispose();
  }

  #withPaging(content: PanelContent, next: string): readonly PanelButton[] {
    if (this.#lines(content.body).length <= BODY_LINES) return content.buttons;
    return [...content.buttons, { label: next, press: () => this.#turnPage() }];
  }

  #turnPage(): void {
    if (!this.#content) return;
    const pages = Math.ceil(this.#lines(this.#content.body).length / BODY_LINES);
    this.#page = (this.#page + 1) % pages;
    this.#draw();
  }

  #place(head: Object3D): void {
    head.updateWorldMatrix(true, false);
    const eye = new Vector3().setFromMatrixPosition(head.matrixWorld);
    AHEAD.set(0, 0, -1).transformDirection(head.matrixWorld);
    AHEAD.y = 0;
    if (AHEAD.lengthSq() < 1e-6) AHEAD.set(0, 0, -1);
    AHEAD.normalize();
    const drop = Math.tan(TOP_BELOW_EYE) * DISTANCE_M + HEIGHT_M / 2;
    this.object.position.copy(eye).addScaledVector(AHEAD, DISTANCE_M);
    this.object.position.y = eye.y - drop;
    this.object.lookAt(eye);
  }

  #lines(body: string): string[] {
    this.#pen.font = `500 ${BODY_PX}px ${token('--sans')}`;
    return breakLines(body, WIDTH_PX - 2 * MARGIN_PX, (text) => this.#pen.measureText(text).width);
  }

  #draw(): void {
    const content = this.#content;
    if (!content) return;
    const pen = this.#pen;
    pen.clearRect(0, 0, WIDTH_PX, HEIGHT_PX);
    roundRect(pen, 4, 4, WIDTH_PX - 8, HEIGHT_PX - 8, 40, token('--paper-raised'), token('--line'), 4);
    pen.textBaseline = 'alphabetic';
    this.#text(content.title, `600 ${TITLE_PX}px ${token('--serif')}`, token('--ink'), 170);
    if (content.lead) this.#text(content.lead, `500 ${LEAD_PX}px ${token('--sans')}`, token('--ink-3'), 236);
    const lines = this.#lines(content.body).slice(this.#page * BODY_LINES, (this.#page + 1) * BODY_LINES);
    lines.forEach((line, index) => {
      this.#text(line, `500 ${BODY_PX}px ${token('--sans')}`, token('--ink-2'), BODY_TOP_PX + 60 + index * BODY_LINE_PX);
    });
    this.#drawButtons(content.buttons);
    this.#texture.needsUpdate = true;
  }

  #text(text: string, font: string, colour: string, baseline: number): void {
    this.#pen.font = font;
    this.#pen.fillStyle = colour;
    this.#pen.fillText(text, MARGIN_PX, baseline, WIDTH_PX - 2 * MARGIN_PX);
  }

  #drawButtons(buttons: readonly PanelButton[]): void {
    const gap = 32;
    const width = (WIDTH_PX - 2 * MARGIN_PX - gap * (buttons.length - 1)) / Math.max(1, buttons.length);
    const y = HEIGHT_PX - MARGIN_PX + 16 - BUTTON_HEIGHT_PX;
    const pen = this.#pen;
    this.#boxes = buttons.map((button, index) => {
      const box = { x: MARGIN_PX + index * (width + gap), y, width, height: BUTTON_HEIGHT_PX, button };
      const primary = button.primary === true;
      const rim = button === this.#hovered ? token('--brass-fill') : primary ? token('--jade') : token('--line-strong');
      roundRect(pen, box.x, box.y, box.width, box.height, 24, token(primary ? '--jade' : '--paper-raised'), rim, button === this.#hovered ? 10 : 3);
      pen.font = `600 ${BUTTON_TEXT_PX}px ${token('--sans')}`;
      pen.fillStyle = token(primary ? '--on-jade' : '--ink');
      pen.textAlign = 'center';
      pen.fillText(button.label, box.x + box.width / 2, box.y + box.height / 2 + BUTTON_TEXT_PX * 0.36, box.width - 24);
      pen.textAlign = 'left';
      return box;
    });
  }
}

function roundRect(pen: CanvasRenderingContext2D, x: number, y: number, width: number, height: number, radius: number,
  fill: string, rim: string, rimWidth: number): void {
  pen.beginPath();
  pen.roundRect(x, y, width, height, radius);
  pen.fillStyle = fill;
  pen.fill();
  pen.strokeStyle = rim;
  pen.lineWidth = rimWidth;
  pen.stroke();
}

/** A value of styles/tokens.css. */
function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
