import { defineConfig } from 'vitest/config';
import { resolve } from 'node:path';
import { pageFrame } from './pageFrame';
import { textureWorker } from './textureWorker';

const SERVER = process.env['YUANZHAN_SERVER'] ?? 'http://localhost:8080';
const page = (name: string): string => resolve(import.meta.dirname, name);

export default defineConfig({
  // The server serves `dist/assets` under /assets and the kit files of `public` at their own paths.
  base: '/',
  plugins: [pageFrame(), textureWorker()],
  build: {
    target: 'es2022',
    outDir: 'dist',
    emptyOutDir: true,
    // Inlined assets would be data: URLs, which the content security policy refuses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
    rollupOptions: { input: { visitor: page('index.html'), exhibitor: page('exhibitor.html'), operator: page('operator.html'), account: page('account.html'), privacy: page('privacy.html'), metrics: page('metrics.html'), events: page('events.html') } },
  },
  server: {
    // `make dev`: pages and modules from Vite, everything live from the server beside it.
    proxy: {
      // The page's own host stays in the request: the server lets only its own pages change anything.
      '/api': { target: SERVER, changeOrigin: false },
      '/oidc': { target: SERVER, changeOrigin: false },
      // One page, which the server has at three addresses.
      '^/(sign-in$|sign-in\\?|account$|invitation/)': { target: SERVER, bypass: () => '/account.html' },
      '^/privacy$': { target: SERVER, bypass: () => '/privacy.html' },
      '^/operator/metrics$': { target: SERVER, bypass: () => '/metrics.html' },
      '^/operator/events$': { target: SERVER, bypass: () => '/events.html' },
      '^/(events\\.ics|events/|halls/[^/]+/events\\.ics)': SERVER,
      '/files': SERVER,
      '/healthz': SERVER,
      '/ws': { target: SERVER.replace('http', 'ws'), ws: true },
    },
  },
  test: { include: ['tests/**/*.test.ts'], environment: 'node', testTimeout: 30_000 },
});
