import { readFileSync } from 'node:fs';
import { ROUTES } from '@slipway/contracts/api';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { compressed } from './build/compressed.ts';

/** Name → method and path. The schemas stay on the server: the browser would load zod and all of the contracts for nothing. */
const routeTable = Object.fromEntries(Object.entries(ROUTES).map(([name, { method, path }]) => [name, [method, path]]));

/** Where `vite` (development only) sends calls, and as whom: what is built knows neither. */
const api = process.env['SLIPWAY_URL'] ?? 'http://127.0.0.1:8787';
const tokenFile = process.env['SLIPWAY_TOKEN_FILE'];
const headers = tokenFile === undefined ? {} : { authorization: `Bearer ${readFileSync(tokenFile, 'utf8').trim()}` };

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), compressed()],
  define: { __ROUTES__: JSON.stringify(routeTable) },
  build: {
    target: 'es2023',
    // The policy of the page allows neither inline scripts nor data: in stylesheets.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    // What every page is made of comes with the first, as one file and not as twelve.
    rolldownOptions: {
      output: { codeSplitting: { groups: [{ name: 'shared', test: /\/src\/(api|lib|shell|ui)\// }] } },
    },
  },
  server: { proxy: { '/api': { target: api, headers, ws: true } } },
});
