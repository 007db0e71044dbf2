import { defineConfig } from 'vitest/config';
import { resolve } from 'node:path';

const page = (name: string): string => resolve(import.meta.dirname, name);

export default defineConfig({
  // The server serves `dist/assets` under /assets and the kit files of `public` at their own paths.
  base: '/',
  build: {
    target: 'es2022',
    outDir: 'dist',
    emptyOutDir: true,
    // Inlined assets would be data: URLs, which the content security policy refuses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
    rollupOptions: { input: { visitor: page('index.html'), exhibitor: page('exhibitor.html'), operator: page('operator.html'), account: page('account.html') } },
  },
  server: {
    // `make dev`: pages and modules from Vite, everything live from the server beside it.
    proxy: {
      '/api': 'http://localhost:8080',
      '/files': 'http://localhost:8080',
      '/healthz': 'http://localhost:8080',
      '/ws': { target: 'ws://localhost:8080', ws: true },
    },
  },
  test: { include: ['tests/**/*.test.ts'], environment: 'node', testTimeout: 30_000 },
});
