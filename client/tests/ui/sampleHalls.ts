/** Four halls as the API gives them, for the tests and the page of states. */
import type { HallDescriptor, HallSummary, Vec3 } from '../../src/net/api';

const hall = (
  order: number, id: string, shape: string, title: [string, string], place: [string, string], visitors: number, programme: [string, string, string][],
): HallSummary => ({
  id, order, shape, visitors, capacity: 10_000, observers: 0, observer_places: 500, queue: 0, queue_places: 1000, door: 'open', opens_at: null, bytes: 4_020_000 + order * 310_000, poster: `/posters/${id}.jpg`,
  title: { zh: title[0], en: title[1] },
  place: { zh: place[0], en: place[1] },
  summary: { zh: '一园一水，四时花木，沿回廊看展。', en: 'A garden around a pond, seen from its gallery.' },
  programme: programme.map(([at, zh, en]) => ({ at, title: { zh, en } })),
});

export const HALLS: HallSummary[] = [
  hall(0, 'lobby', 'circle', ['元宇宙浙江', 'Zhejiang Gateway'], ['门厅', 'Lobby'], 1204, []),
  hall(1, 'retail', 'fan', ['元零售', 'Market Street'], ['西湖市集', 'Retail'], 3518, [['15:30', '龙井手工炒茶，现场讲解', 'Pan-firing Longjing tea, live']]),
  hall(2, 'culture', 'quatrefoil', ['元文娱', 'Song Garden'], ['曲水园', 'Culture'], 2860, [['14:30', '越剧《梁祝》选段', 'Yue opera: Butterfly Lovers']]),
  hall(3, 'education', 'dome', ['元教育', 'Domed Classroom'], ['穹顶课堂', 'Learning'], 946, [['19:00', '苏颂与水运仪象台', 'Su Song’s astronomical clock']]),
];

const text = (zh: string, en: string) => ({ zh, en });
const at = (x: number, z: number): Vec3 => [x, 0, z];

export const CULTURE: HallDescriptor = {
  ...(HALLS[2] as HallSummary),
  glb: '/files/culture.glb', lightmap: null, floor: '/files/culture-floor.bin', levels: null, sun: null, sky: null, look: null, viewpoints: [],
  spawns: [{ id: 'gate', position: at(0, 22), yaw: 0 }],
  seats: [{ id: 's01', position: at(-14, -8), yaw: 0 }],
  portals: [
    { id: 'to-lobby', hall: 'lobby', position: at(0, 26), yaw: 0, radius_m: 1.2 },
    { id: 'to-retail', hall: 'retail', position: at(30, 10), yaw: 0, radius_m: 1.2 },
  ],
  checkins: [
    { id: 'stage', position: at(-18, -8), radius_m: 2, title: text('戏台', 'Opera stage') },
    { id: 'bridge', position: at(0, 2), radius_m: 1.5, title: text('曲桥', 'Zigzag bridge') },
    { id: 'gallery', position: at(2, 20), radius_m: 1.5, title: text('回廊', 'Gallery') },
    { id: 'hall', position: at(18, -12), radius_m: 1.5, title: text('宋韵雅集', 'Song hall') },
  ],
  panels: [{
    id: 'plan-culture', position: at(6, 18), yaw: 0, size_m: [1.2, 1.6],
    title: text('元文娱：曲水流觞，云上雅集', 'Culture: a garden party in the cloud'),
    body: text(
      '计划提出发展元文娱，支持演艺、文旅、影视与元宇宙技术融合，打造沉浸式数字文娱新场景。曲水园以南宋临安园林为蓝本，访客可同听一出越剧，共看一池荷花。',
      'The plan asks for culture in the metaverse: performance, travel and film brought together. Song Garden follows the gardens of Southern Song Lin’an: visitors hear one opera together and see one pond of lotus.',
    ),
    source: text('《浙江省元宇宙产业发展行动计划（2023-2025 年）》', 'Zhejiang Metaverse Industry Action Plan (2023-2025)'),
  }],
  slots: Array.from({ length: 12 }, (_, i) => ({ id: `a${String(i + 1).padStart(2, '0')}`, position: at(-27.5 + i * 5, 24), yaw: 0, size_m: [4, 3, 3] as Vec3 })),
  booths: [
    { id: 'longjing', slot: 'a01', url: '/files/b1.glb', bytes: 812_000, title: text('明前龙井 手绘茶罐', 'Hand-painted Longjing caddy'), body: text('罐身一笔画出狮峰山脊，釉下青花，口沿留白。可装茶叶 125 克。', 'One stroke draws the ridge of Lion Peak in underglaze blue. Holds 125 g of tea.') },
    { id: 'silk', slot: 'a02', url: '/files/b2.glb', bytes: 640_000, title: text('杭罗 手工长巾', 'Hangzhou leno silk scarf'), body: text('横纹透气，夏日不贴身。宽 70 厘米，长 180 厘米，手工卷边。', 'Airy weave for summer, 70 by 180 cm, hem rolled by hand.') },
  ],
  booths_revision: 0,
  screens: ['ink'],
  bounds: { min: [-32, 0, -24], max: [32, 9, 28] },
};
