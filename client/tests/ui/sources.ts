/** The files of the project as text, for the tests that hold one part to another. */
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

export const read = (path: string): string => readFileSync(`${ROOT}/${path}`, 'utf8');

/** Paths below `folder` that end in `ext`, from the root of the project. */
export function filesBelow(folder: string, ext: string): string[] {
  return readdirSync(`${ROOT}/${folder}`, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ext) && !name.includes('node_modules'))
    .map((name) => `${folder}/${name}`)
    .sort();
}
