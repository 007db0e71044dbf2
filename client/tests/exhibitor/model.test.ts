/** What is sent of what was chosen: one model, or a glTF with all that it names. */
import { unzipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { beside, choose, firstOf, namedBy, pack, stem, type NamedFile } from '../../src/exhibitor/model';

const named = (path: string, content: BlobPart = path): NamedFile => ({ path, file: new File([content], path.replace(/^.*\//, '')) });
const GLTF = JSON.stringify({ asset: { version: '2.0' }, buffers: [{ uri: 'chair.bin' }], images: [{ uri: 'tex/%E6%9C%A8%20a.png' }, { uri: 'data:image/png;base64,AA' }, { bufferView: 1 }] });

const SOUNDING = JSON.stringify({ buffers: [{ uri: 'a.bin' }], extensions: { KHR_audio_emitter: { audio: [{ uri: 'song.mp3' }, { bufferView: 0 }, { uri: 'rain.ogg' }] } } });

describe('the model among files', () => {
  test.each([[['a.glb'], 'one'], [['A.ZIP'], 'one'], [['x/a.gltf', 'x/a.bin'], 'gltf'], [['a.blend', 'note.txt'], 'none'], [[], 'none']] as const)(
    'of %j is %s', (paths, kind) => expect(choose(paths).kind).toBe(kind));
  test('is asked for when there are several', () => expect(choose(['b.glb', 'a.gltf', 'a.bin'])).toEqual({ kind: 'several', paths: ['b.glb', 'a.gltf'] }));
  test('is not what a system left behind', () => {
    expect(choose(['booth/a.glb', '__MACOSX/booth/._a.glb', 'booth/.hidden.glb'])).toEqual({ kind: 'one', path: 'booth/a.glb' });
  });
});

describe('what a glTF names', () => {
  test('is decoded, without what lies inside it', () => expect(namedBy(GLTF)).toEqual({ needed: ['chair.bin', 'tex/木 a.png'], sounds: [] }));
  test('is left as it is where it cannot be decoded', () => expect(namedBy('{"buffers":[{"uri":"100%.bin"}]}').needed).toEqual(['100%.bin']));
  test.each(['', 'not json', '[]', 'null', '{"buffers":5,"images":[null,{"uri":7}]}', '{"buffers":[{"uri":"https://example.com/a.bin"}]}', '{"extensions":{"KHR_audio_emitter":null}}', '{"extensions":null}'])('is nothing in %j', (text) => expect(namedBy(text)).toEqual({ needed: [], sounds: [] }));
  test('is sounds as well', () => expect(namedBy(SOUNDING)).toEqual({ needed: ['a.bin'], sounds: ['song.mp3', 'rain.ogg'] }));
  test.each([['f/a.gltf', 'b.bin', 'f/b.bin'], ['f/g/a.gltf', '../t/b.png', 'f/t/b.png'], ['a.gltf', './b.bin', 'b.bin'], ['a.gltf', '..\\t\\b.png', 't/b.png'], ['a.gltf', '../../../etc/passwd', 'etc/passwd']])(
    'beside %s, %s is %s', (model, uri, path) => expect(beside(model, uri)).toBe(path));
});

describe('packing', () => {
  const files = [named('room/chair/chair.gltf', GLTF), named('room/chair/chair.bin', new Uint8Array([1, 2, 3])), named('room/chair/tex/木 a.png', 'pixels'), named('room/source.blend', 'large')];
  const unzip = async (file: File): Promise<Record<string, Uint8Array>> => unzipSync(new Uint8Array(await file.arrayBuffer()));

  test('puts a glTF and what it names into one zip, with their folders, and nothing else', async () => {
    const packed = await pack({ kind: 'gltf', path: 'room/chair/chair.gltf' }, files);
    if (packed.kind !== 'file') throw new Error('not packed');
    const inside = await unzip(packed.file);
    expect(packed.file.name).toBe('chair.zip');
    expect(Object.keys(inside).sort()).toEqual(['chair.bin', 'chair.gltf', 'tex/木 a.png']);
    expect([...(inside['chair.bin'] as Uint8Array)]).toEqual([1, 2, 3]);
    expect(new TextDecoder().decode(inside['chair.gltf'])).toBe(GLTF);
  });
  test('finds by its name what a file picker gave without folders', async () => {
    const flat = files.map(({ file }) => ({ path: file.name, file }));
    const packed = await pack({ kind: 'gltf', path: 'chair.gltf' }, flat);
    expect(packed.kind === 'file' && Object.keys(await unzip(packed.file)).sort()).toEqual(['chair.bin', 'chair.gltf', 'tex/木 a.png']);
  });
  test('keeps the way to files above the model', async () => {
    const above = [named('a/b/m.gltf', '{"images":[{"uri":"../t/p.png"}]}'), named('a/t/p.png')];
    const packed = await pack({ kind: 'gltf', path: 'a/b/m.gltf' }, above);
    expect(packed.kind === 'file' && Object.keys(await unzip(packed.file)).sort()).toEqual(['b/m.gltf', 't/p.png']);
  });
  test('takes the sounds that are there, and does without the others', async () => {
    const packed = await pack({ kind: 'gltf', path: 'a.gltf' }, [named('a.gltf', SOUNDING), named('a.bin'), named('rain.ogg')]);
    expect(packed.kind === 'file' && Object.keys(await unzip(packed.file)).sort()).toEqual(['a.bin', 'a.gltf', 'rain.ogg']);
  });
  test('takes what differs in case alone, unless two do', async () => {
    const wanted = [named('m.gltf', '{"images":[{"uri":"Tex/Wood.PNG"}]}'), named('tex/wood.png')];
    const packed = await pack({ kind: 'gltf', path: 'm.gltf' }, wanted);
    expect(packed.kind === 'file' && Object.keys(await unzip(packed.file)).sort()).toEqual(['Tex/Wood.PNG', 'm.gltf']);
    expect((await pack({ kind: 'gltf', path: 'm.gltf' }, [...wanted, named('TEX/wood.png')])).kind).toBe('missing');
  });
  test('tells what is missing by the names that the model uses', async () => {
    expect(await pack({ kind: 'gltf', path: 'room/chair/chair.gltf' }, files.slice(0, 1))).toEqual({ kind: 'missing', model: 'chair.gltf', names: ['chair.bin', 'tex/木 a.png'] });
  });
  test.each(['{"asset":{"version":"2.0"}}', 'broken'])('sends a glTF that names nothing as it is: %s', async (content) => {
    const only = named('a.gltf', content);
    expect(await pack({ kind: 'gltf', path: 'a.gltf' }, [only])).toEqual({ kind: 'file', file: only.file });
  });
  test('leaves a binary or a zip alone', async () => {
    const only = named('x/a.glb');
    expect(await pack({ kind: 'one', path: 'x/a.glb' }, [only])).toEqual({ kind: 'file', file: only.file });
  });
  test('is cut where a name of a booth ends, and within no character', () => {
    expect(firstOf('展'.repeat(81), 80)).toBe('展'.repeat(80));
    expect(firstOf('🧑'.repeat(3), 2)).toBe('🧑🧑');
    expect(firstOf('e\u0301e', 1)).toBe('é');
  });
  test.each([['a.tar.gz', 'a.tar'], ['x/木.gltf', '木'], ['none', 'none']])('the stem of %s is %s', (name, expected) => expect(stem(name)).toBe(expected));
});
