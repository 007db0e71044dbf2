/**
 * What to send of the files that somebody chose: one model as it is, or a glTF with the files that it names as one zip.
 *
 * The server takes .glb, .gltf and .zip; what lies beside a model and is not named by it (sources, notes, Thumbs.db) stays at home.
 */
import { Zip, ZipPassThrough } from 'fflate';

export interface NamedFile {
  /** With the folder that was dropped, `/` between parts. */
  readonly path: string;
  readonly file: File;
}

export type Choice =
  | { readonly kind: 'one'; readonly path: string }
  | { readonly kind: 'gltf'; readonly path: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'several'; readonly paths: readonly string[] };

const endsIn = (path: string, ...endings: string[]): boolean => endings.some((ending) => path.toLowerCase().endsWith(ending));
/** What systems and archivers leave behind. */
const isLitter = (path: string): boolean => path.split('/').some((part) => part.startsWith('.') || part === '__MACOSX');

/** Which of these is the model. */
export function choose(paths: readonly string[]): Choice {
  const kept = paths.filter((path) => !isLitter(path));
  const models = kept.filter((path) => endsIn(path, '.glb', '.gltf', '.zip'));
  const [model] = models;
  if (!model) return { kind: 'none' };
  if (models.length > 1) return { kind: 'several', paths: models };
  return endsIn(model, '.gltf') ? { kind: 'gltf', path: model } : { kind: 'one', path: model };
}

/** What a glTF takes from beside it: paths as it names them, decoded. */
export interface Named {
  readonly needed: readonly string[];
  /** A model without its sounds is a model. */
  readonly sounds: readonly string[];
}

type MaybeGltf = { buffers?: unknown; images?: unknown; extensions?: { KHR_audio_emitter?: { audio?: unknown } | null } | null };

/** Nothing where the text is no glTF: the server says what is wrong with it. */
export function namedBy(text: string): Named {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return { needed: [], sounds: [] };
  }
  const { buffers, images, extensions } = (document ?? {}) as MaybeGltf;
  return { needed: urisOf(buffers, images), sounds: urisOf(extensions?.KHR_audio_emitter?.audio) };
}

function urisOf(...lists: readonly unknown[]): string[] {
  const entries = lists.flatMap((list) => (Array.isArray(list) ? (list as unknown[]) : []));
  const uris = entries.map((entry) => (entry as { uri?: unknown } | null)?.uri).filter((uri) => typeof uri === 'string');
  return [...new Set(uris.filter((uri) => !/^[a-z][\w+.-]*:/i.test(uri)).map(decoded))];
}

function decoded(uri: string): string {
  try {
    return decodeURIComponent(uri);
  } catch {
    return uri;
  }
}

/** `folder/a.gltf` and `../b.png` make `b.png`. */
export function beside(model: string, named: string): string {
  const parts = model.split('/').slice(0, -1);
  for (const part of named.replaceAll('\\', '/').split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}

export type Packed = { readonly kind: 'file'; readonly file: File } | { readonly kind: 'missing'; readonly model: string; readonly names: readonly string[] };

/** What is sent of a model that {@link choose} found among `files`. */
export async function pack(choice: { kind: 'one' | 'gltf'; path: string }, files: readonly NamedFile[]): Promise<Packed> {
  const byPath = new Map(files.map(({ path, file }) => [path, file]));
  const model = byPath.get(choice.path) as File;
  if (choice.kind === 'one') return { kind: 'file', file: model };
  const { needed, sounds } = namedBy(await model.text());
  const found = (names: readonly string[]): { name: string; path: string; file: File | undefined }[] =>
    names.map((name) => ({ name, path: beside(choice.path, name), file: find(byPath, beside(choice.path, name)) }));
  const members = found(needed);
  const missing = members.filter(({ file }) => !file).map(({ name }) => name);
  if (missing.length > 0) return { kind: 'missing', model: model.name, names: missing };
  const heard = found(sounds).filter(({ file }) => file);
  if (members.length + heard.length === 0) return { kind: 'file', file: model };
  const inZip = [{ path: choice.path, file: model }, ...members, ...heard] as NamedFile[];
  const root = commonFolder(inZip.map(({ path }) => path));
  const blob = await zip(inZip.map(({ path, file }) => ({ path: path.slice(root.length), file })));
  return { kind: 'file', file: new File([blob], `${stem(model.name)}.zip`, { type: 'application/zip' }) };
}

/**
 * By its path; or the only file whose path is that but for case and Unicode form, as the server takes it (scene/intake.py). A file
 * picker gives bare names, so the only file of that name will do.
 */
function find(byPath: ReadonlyMap<string, File>, path: string): File | undefined {
  const only = (wanted: string, part: (path: string) => string): File | undefined => {
    const same = [...byPath].filter(([other]) => folded(part(other)) === folded(wanted));
    return same.length === 1 ? same[0]?.[1] : undefined;
  };
  const name = (of: string): string => of.slice(of.lastIndexOf('/') + 1);
  return byPath.get(path) ?? only(path, (other) => other) ?? only(name(path), name);
}

const folded = (path: string): string => path.normalize('NFC').toLowerCase();

/** As much of a text as the server takes. */
export const firstOf = (text: string, most: number): string => [...text.normalize('NFC')].slice(0, most).join('');

export const stem = (name: string): string => name.replace(/^.*\//, '').replace(/\.[^.]*$/, '');

function commonFolder(paths: readonly string[]): string {
  const [first = ''] = paths;
  let folder = first.slice(0, first.lastIndexOf('/') + 1);
  while (folder && !paths.every((path) => path.startsWith(folder))) folder = folder.slice(0, folder.lastIndexOf('/', folder.length - 2) + 1);
  return folder;
}

/** Stored, not deflated: textures do not shrink, and the upload begins at once. Pieces go to a Blob, which the browser may keep on disk. */
async function zip(files: readonly NamedFile[]): Promise<Blob> {
  const pieces: Blob[] = [];
  let failed: Error | null = null;
  const archive = new Zip((error, piece) => {
    if (error) failed = error;
    else pieces.push(new Blob([piece as Uint8Array<ArrayBuffer>]));
  });
  for (const { path, file } of files) {
    const entry = new ZipPassThrough(path);
    archive.add(entry);
    const reader = file.stream().getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) entry.push(next.value);
    entry.push(new Uint8Array(0), true);
  }
  archive.end();
  if (failed) throw failed as Error;
  return new Blob(pieces, { type: 'application/zip' });
}

/** Everything that was dropped, folders included. */
export async function droppedFiles(transfer: DataTransfer): Promise<NamedFile[]> {
  // Entries must be asked for before the first await: the transfer is empty afterwards.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (entries.length === 0) return pickedFiles(transfer.files);
  return (await Promise.all(entries.map(filesOf))).flat();
}

/** The files of a file picker, which may have been a picker of folders. */
export const pickedFiles = (list: Iterable<File>): NamedFile[] => [...list].map((file) => ({ path: file.webkitRelativePath || file.name, file }));

async function filesOf(entry: FileSystemEntry): Promise<NamedFile[]> {
  const path = entry.fullPath.replace(/^\//, '');
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    return [{ path, file }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: NamedFile[] = [];
  // A reader gives a hundred entries at a time, and none at the end.
  for (;;) {
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (batch.length === 0) return found;
    for (const child of batch) found.push(...(await filesOf(child)));
  }
}
