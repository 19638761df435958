import path from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const root = import.meta.dirname;

/** The page and the API share an origin: here by a proxy, in production because the API serves what is built. */
export default defineConfig({
  root,
  plugins: [react()],
  resolve: {
    alias: [{ find: /^@perennial\/([a-z0-9-]+)$/, replacement: path.join(root, '../../libs/$1/src/index.ts') }],
  },
  server: {
    port: 5173,
    host: '127.0.0.1',
    proxy: { '/api': process.env.PERENNIAL_API_URL ?? 'http://127.0.0.1:3000' },
    fs: { allow: [path.join(root, '../..')] },
  },
  build: {
    outDir: path.join(root, '../../dist/apps/web'),
    emptyOutDir: true,
    // The policy of the page allows no data: addresses, so nothing is inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
  },
});
