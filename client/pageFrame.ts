/** One frame for all pages of the product: a page's file holds what is its own, its title and its script, and nothing else. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Plugin } from 'vite';

const FRAME = resolve(import.meta.dirname, 'frame.html');

/** Puts the page into the frame; a page that is whole already stays as it is. */
export function framed(page: string, frame: string): string {
  if (/^\s*<!doctype/i.test(page)) return page;
  const script = page.indexOf('<script');
  const head = page.slice(0, script).trim().replaceAll('\n', '\n    ');
  return frame.replace('<!-- head -->', () => head).replace('<!-- script -->', () => page.slice(script).trim());
}

export function pageFrame(): Plugin {
  return { name: 'page-frame', transformIndexHtml: { order: 'pre', handler: (page) => framed(page, readFileSync(FRAME, 'utf8')) } };
}
