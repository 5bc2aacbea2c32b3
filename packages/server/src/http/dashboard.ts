import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative } from 'node:path';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** What the build of packages/web made, in memory: a few hundred kB, and no path of a request ever comes near the disk. */
export interface Dashboard {
  /** Whether a request that no route takes is for the dashboard: then it needs no token, since its files tell nothing. */
  takes(request: Pick<FastifyRequest, 'method' | 'url'>): boolean;
  /** An asset, or the page for every path that is none. */
  answer(request: FastifyRequest, reply: FastifyReply): FastifyReply;
}

/** Paths of programs: what is unknown there is an error, no page. */
const OF_PROGRAMS = /^\/(api|internal|webhooks)(\/|$)/;
/** Named by a hash of their content. */
const IMMUTABLE = /^\/assets\//;
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json; charset=utf-8',
};

/** No inline script and no inline style anywhere: what a stranger wrote into a branch's name runs nowhere. */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "frame-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

/** What the API answers is data: opened as a page, it may do nothing. */
const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

const OF_ALL: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
};

/** On the raw answer, so that streams and downloads have them too. A handler may narrow the policy further. */
export const setSecurityHeaders = (reply: FastifyReply): void => {
  for (const [name, value] of Object.entries(OF_ALL)) reply.raw.setHeader(name, value);
  reply.raw.setHeader('content-security-policy', DATA_POLICY);
};

interface Asset {
  readonly type: string;
  readonly etag: string;
  readonly plain: Buffer;
  readonly gz: Buffer | null;
  readonly br: Buffer | null;
}

const pathOf = (url: string): string => url.split('?')[0] ?? '/';

const assetsIn = (folder: string): Map<string, Asset> => {
  const assets = new Map<string, Asset>();
  if (!existsSync(folder)) return assets;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    const type = TYPES[extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const packed = (ending: string): Buffer | null => (existsSync(file + ending) ? readFileSync(file + ending) : null);
    const plain = readFileSync(file);
    const etag = `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`;
    assets.set(`/${relative(folder, file)}`, { type, etag, plain, gz: packed('.gz'), br: packed('.br') });
  }
  return assets;
};

/** Null: as it is. */
const packing = (request: FastifyRequest, asset: Asset): 'br' | 'gzip' | null => {
  const accepted = String(request.headers['accept-encoding'] ?? '');
  if (asset.br !== null && /\bbr\b/.test(accepted)) return 'br';
  return asset.gz !== null && /\bgzip\b/.test(accepted) ? 'gzip' : null;
};

const send = (request: FastifyRequest, reply: FastifyReply, path: string, asset: Asset): FastifyReply => {
  const page = asset.type.startsWith('text/html');
  const form = packing(request, asset);
  // Each form is a body of its own.
  const etag = form === null ? asset.etag : asset.etag.replace(/"$/, `-${form}"`);
  reply.header('etag', etag).header('vary', 'accept-encoding');
  reply.header('cache-control', IMMUTABLE.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache');
  if (page) reply.raw.setHeader('content-security-policy', PAGE_POLICY);
  if (request.headers['if-none-match'] === etag) return reply.code(304).send();
  if (form !== null) reply.header('content-encoding', form);
  const body = { br: asset.br, gzip: asset.gz, plain: asset.plain }[form ?? 'plain'];
  return reply.type(asset.type).send(body);
};

const NOT_BUILT = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Slipway</title></head><body>
<h1>The dashboard is not built</h1>
<p>Slipway itself runs. In its folder, run <code>scripts/setup.sh node</code> and start it again.</p></body></html>`;

/** `folder`: what `vite build` wrote. */
export const openDashboard = (folder: string): Dashboard => {
  const assets = assetsIn(folder);
  const index = assets.get('/index.html');
  return {
    takes: ({ method, url }) => (method === 'GET' || method === 'HEAD') && !OF_PROGRAMS.test(pathOf(url)),
    answer: (request, reply) => {
      const path = pathOf(request.url);
      const asset = assets.get(path);
      if (asset !== undefined) return send(request, reply, path, asset);
      // A script that is asked for and gone must not come as a page: browsers would show nothing and say nothing.
      const wantsPage = !IMMUTABLE.test(path) && /text\/html|\*\/\*/.test(String(request.headers.accept ?? '*/*'));
      if (!wantsPage) return reply.code(404).type('text/plain; charset=utf-8').send('There is no such file.\n');
      if (index === undefined) return reply.code(503).type('text/html; charset=utf-8').send(NOT_BUILT);
      return send(request, reply, '/index.html', index);
    },
  };
};
