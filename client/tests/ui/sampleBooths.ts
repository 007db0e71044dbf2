/** Booths in every state, as the API gives them, for the tests and the page of states. */
import type { BoothRecord, Dress, Heavy, Lead, Version, VersionState, Visits } from '../../src/net/boothRecords';

const at = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString();

export const DRESS: Dress = {
  hall: 'retail', slot: 'a03', offset_m: [0.2, -0.1], yaw_deg: 15, scale: 0.92,
  panels: [
    { id: 'text-1', kind: 'text', at: [-1.2, 1.4, -0.9], title: { zh: '狮峰龙井', en: 'Longjing of Lion Peak' }, body: { zh: '清明前采摘，手工炒制。', en: 'Picked before the Qingming festival, fired by hand.' } },
    { id: 'picture-2', kind: 'picture', at: [1.2, 1.4, -0.9], title: { zh: '茶园', en: 'The tea garden' }, body: { zh: '', en: '' } },
  ],
  products: [{ id: 'product-1', node: 'Caddy', name: { zh: '手绘茶罐', en: 'Hand-painted caddy' }, price: '¥128.00', variants: true, body: { zh: '一罐 125 克。', en: '125 g.' } }],
  links: [{ label: { zh: '官网', en: 'Our site' }, url: 'https://example.com/tea' }],
  card: { name: '林栀', organisation: '狮峰茶社', contact: 'tea@example.com' },
};

const heavy = (kind: string, name: string, bytes: number, share: number, zh: string, en: string): Heavy => ({
  kind, share, node: kind === 'mesh' ? name : '', mesh: '', material: '', texture: kind === 'texture' ? name : '', bytes, triangles: 0, code: 'HEAVY', message: { zh, en },
});

export function version(number: number, state: VersionState, more: Partial<Version> = {}): Version {
  const done = !['received', 'checking', 'rejected'].includes(state);
  return {
    number, state, file: 'shifeng-booth.glb', bytes: 46_200_000, sha256: 'a'.repeat(64), received_at: at(6 * (4 - number)), submitted_at: null, step: state === 'checking' ? 'validate' : null,
    report: done ? {
      accepted: true, measured: { bounds_m: { min: [-1.9, 0, -1.4], max: [1.9, 2.38, 1.2] }, node_names: ['Caddy', 'Counter', 'Back'] },
      issues: [{ code: 'SLOT_TOO_HIGH', severity: 'warning', message: { zh: '背板高出展位 18 厘米。请把比例调到 92%，或改好再传。', en: 'The back panel is 18 cm too high. Scale it to 92%, or send it again.' }, pointer: '/nodes/3' }],
    } : null,
    before: done ? { bytes: 46_200_000, triangles: 587_300, draws: 214, texture_bytes: 402_000_000, materials: 31 } : null,
    after: done ? { bytes: 4_100_000, triangles: 92_400, draws: 9, texture_bytes: 38_000_000, materials: 9 } : null,
    heaviest: done ? [
      heavy('texture', 'tea_can_albedo', 21_400_000, 4.1, '8192 像素，展位里只需 2048', '8192 pixels; 2048 are enough in a booth'),
      heavy('mesh', 'leaves_01', 12_000_000, 2.3, '412,000 个三角面，占全部的七成', '412,000 triangles, seven tenths of all'),
      heavy('mesh', 'lattice', 4_300_000, 0.8, '每根木条各算一次绘制，可合并', 'Each slat is drawn by itself; merge them'),
    ] : [],
    optimised: done ? { did: [{ code: 'RESIZED', severity: 'information', message: { zh: '贴图缩到 2048 像素。', en: 'Textures were made 2048 pixels large.' }, pointer: '' }], issues: [], over_budget: [] } : null,
    model: done ? '/files/after.glb' : null, original: done ? '/files/before.glb' : null, thumbnail: null,
    ...more,
  };
}

export function booth(id: string, versions: Version[], more: Partial<BoothRecord> = {}): BoothRecord {
  return {
    id, title: { zh: '狮峰茶社', en: 'Lion Peak Tea' }, organisation: 'o1', hall: 'retail', slot: 'a03', dress: DRESS, kept_until: null, slot_lost: false,
    published: versions.find(({ state }) => state === 'published')?.number ?? null, versions, ...more,
  };
}

export const REJECTED = version(1, 'rejected', {
  file: 'booth-final-v3.glb', bytes: 118_000_000, report: { accepted: false, measured: null, issues: [
    { code: 'IO_MISSING', severity: 'error', message: { zh: '缺少贴图 wood_normal.png。\n文件里提到了它，却没有装进来。导出时请选 glTF Binary（.glb），或把整个文件夹压成 zip 再传。', en: 'The texture wood_normal.png is missing.\nExport glTF Binary (.glb), or zip the whole folder and send it again.' }, pointer: '/images/3/uri' },
    { code: 'IMAGE_TOO_LARGE', severity: 'error', message: { zh: '贴图有 8192 像素。请缩到 4096 像素以内。', en: 'A texture has 8192 pixels. Please make it 4096 or smaller.' }, pointer: '/images/0' },
    { code: 'UNUSED_OBJECT', severity: 'information', message: { zh: '有没用到的材质。', en: 'A material is not used.' }, pointer: '/materials/7' },
  ] } });

export const BOOTHS: BoothRecord[] = [
  booth('published', [version(1, 'approved'), version(2, 'published', { number: 2 })]),
  booth('ready', [version(1, 'ready')], { title: { zh: '南宋官窑文创', en: 'Southern Song kiln' } }),
  booth('fresh', [version(1, 'ready')], { title: { zh: '杭罗', en: 'Hangzhou silk' }, hall: null, slot: null, dress: null }),
  booth('checking', [version(1, 'checking')], { title: { zh: '西泠印社', en: 'Xiling seals' }, hall: null, slot: null, dress: null }),
  booth('rejected', [REJECTED], { title: { zh: '天竺筷', en: 'Tianzhu chopsticks' }, hall: null, slot: null, dress: null }),
  booth('submitted', [version(1, 'approved'), version(2, 'submitted')], { title: { zh: '王星记扇', en: 'Wang Xingji fans' }, published: null }),
  booth('returned', [version(1, 'ready', { reason: '画面与登记不符，请换掉左边展板的图片。' })], { title: { zh: '张小泉', en: 'Zhang Xiaoquan' } }),
];

export const VISITS: Visits = {
  visits: 1284, visitors: 931, mean_dwell_s: 74, cards: 2,
  hours: Array.from({ length: 9 * 8 }, (_, i) => ({ at: new Date(Date.UTC(2026, 10, 18 + Math.floor(i / 8), i % 8)).toISOString(), visits: 6 + ((i * 53) % 29), dwell_s: 900 })),
  opened: [{ item: 'text-1', count: 412 }, { item: 'product-1', count: 288 }, { item: 'picture-2', count: 97 }, { item: 'link-1', count: 41 }],
  heat: { cell_m: 0.5, around_m: 2, columns: 16, rows: 14, seconds: Array.from({ length: 14 }, (_, z) => Array.from({ length: 16 }, (__, x) => (z < 5
    ? Math.round(900 * Math.exp(-((x - 6) ** 2) / 9 - ((z - 3) ** 2) / 4))
    : Math.max(0, Math.round(260 * Math.exp(-((x - 13) ** 2) / 3 - ((z - 8) ** 2) / 12) - 2))))) },
};

export const LEADS: Lead[] = [
  { id: 'l1', left_at: at(2), name: '周航', contact: 'zhou@example.com', note: '想了解批发价', hall: 'retail' },
  { id: 'l2', left_at: at(20), name: 'Ana Ruiz', contact: '+34 600 000 000', note: '', hall: 'retail' },
];
