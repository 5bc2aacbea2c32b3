/**
 * Stands where packages/server/src/main.ts stands and speaks as it does: commands, variables, lines, server.json.
 * FAKE_MODE says what goes wrong.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startContractServer, TOKEN } from './contract-server.ts';
import { status } from './samples.ts';

const data = process.env.SLIPWAY_DATA ?? '';
const mode = process.env.FAKE_MODE ?? '';
const say = (line: unknown): boolean => process.stdout.write(`${JSON.stringify(line)}\n`);

/** One at a time on a folder, as start/hold-data-folder.ts sees to it. */
const hold = (): void => {
  const file = join(data, 'server.pid');
  const alive = existsSync(file) && existsSync(`/proc/${readFileSync(file, 'utf8').trim()}`);
  try {
    if (!alive) rmSync(file, { force: true });
    writeFileSync(file, `${process.pid}\n`, { flag: 'wx' });
  } catch {
    say({ error: 'Another Slipway runs here.', code: 'data-folder-in-use', hint: 'Use that one.' });
    process.exit(1);
  }
};

const up = async (): Promise<void> => {
  hold();
  say({ progress: 'starting PostgreSQL', done: 1, total: 2 });
  if (mode === 'refuse') {
    say({ error: 'Port 8080 is taken by another program.', code: 'edge-port-taken', hint: 'Choose another.' });
    process.exit(1);
  }
  if (mode === 'crash') {
    process.stderr.write('Error: something broke\n');
    process.exit(3);
  }
  if (mode === 'silent') return void setInterval(() => {}, 1000);
  const port = Number(process.env.SLIPWAY_API_LISTEN?.split(':')[1] ?? 0);
  const server = await startContractServer(
    {
      health: () => ({ status: 'ok' }),
      status: () => status,
      addProject: ({ body }) => ({ project: (body as { folder: string }).folder.split('/').at(-1) }),
    },
    port,
  );
  writeFileSync(join(data, 'token'), `${TOKEN}\n`, { mode: 0o600 });
  writeFileSync(join(data, 'server.json'), JSON.stringify({ url: server.url, tokenFile: 'token' }), { mode: 0o600 });
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      for (const file of ['server.json', 'server.pid']) rmSync(join(data, file), { force: true });
      writeFileSync(join(data, 'stopped-by'), signal);
      process.exit(0);
    });
  if (mode === 'dies-later') setTimeout(() => process.exit(9), 300);
};

const purge = (): void => {
  say({ progress: 'removing containers' });
  for (const name of existsSync(data) ? ['token', 'stopped-by'] : []) rmSync(join(data, name), { force: true });
};

const imageBuild = (): void => {
  say({ progress: 'making odoo:19.0', done: 1, total: 1 });
  if (mode === 'crash') {
    process.stderr.write('mmdebstrap: no network\n');
    process.exit(1);
  }
  say({ images: ['odoo:19.0'] });
};

const command = process.argv[2];
if (command === 'up') await up();
else if (command === 'purge') purge();
else if (command === 'image-build') imageBuild();
else process.exit(64);
