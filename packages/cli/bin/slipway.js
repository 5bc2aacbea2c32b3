#!/usr/bin/env node
// Plain JavaScript that any old Node can parse: it finds a Node that runs TypeScript, then hands over to src/main.ts.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import nodeModule, { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const NEEDED = 24;
const major = (version) => Number.parseInt(version, 10);

/** The binary of the npm package `node`, when it is installed beside us. */
function installedNode() {
  try {
    const file = join(dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin', 'node');
    return existsSync(file) ? file : undefined;
  } catch {
    return undefined;
  }
}

function runWith(binary) {
  const child = spawn(binary, process.argv.slice(1), {
    stdio: 'inherit',
    env: { ...process.env, SLIPWAY_NODE_CHOSEN: '1' },
  });
  // The terminal sends Ctrl-C to both; the child decides when to end.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.on('error', (error) => giveUp(`${binary} could not be started: ${error.message}`));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 70)));
}

function giveUp(why) {
  process.stderr.write(
    `slipway: ${why}\n  Hint: install Node ${NEEDED} or newer (https://nodejs.org), or the npm package \`node\` beside Slipway.\n`,
  );
  process.exit(70);
}

if (major(process.versions.node) >= NEEDED) {
  // Half of a short command's time goes into taking types out and compiling. The server uses the same folder (contracts/src/local-server.ts).
  nodeModule.enableCompileCache(join(import.meta.dirname, '../../../node_modules/.cache/slipway'));
  await import('../src/main.ts');
} else {
  const binary = process.env.SLIPWAY_NODE_CHOSEN ? undefined : installedNode();
  if (binary) runWith(binary);
  else giveUp(`this needs Node ${NEEDED} or newer; this is Node ${process.versions.node}.`);
}
