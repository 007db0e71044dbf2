/** Builds the dev-only page look.html (assets/kit/look.py); the product is built by vite.config.ts. */
import { resolve } from 'node:path';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  publicDir: false,
  build: {
    target: 'es2022',
    outDir: 'build/look',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1200,
    rollupOptions: { input: resolve(import.meta.dirname, 'look.html') },
  },
});
