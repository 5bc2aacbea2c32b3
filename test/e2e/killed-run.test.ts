import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { removeOrphans, removeTree } from '../../scripts/test-orphans.ts';
import { dockerWorld } from '../setup/docker-world.ts';

const PREFIX = 'tests-';
const world = dockerWorld();
const system = `orphan-${process.pid}`;
let parent: string;

const docker = (...parameters: readonly string[]): string => execFileSync('docker', parameters, { encoding: 'utf8' });
const mounts = (): string => readFileSync('/proc/self/mountinfo', 'utf8');

beforeAll(() => {
  parent = mkdtempSync(join(tmpdir(), 'slipway-orphans-'));
});
afterAll(() => removeTree(parent));

it('takes what a killed run left: containers, networks, programs, mounted folders and files', async () => {
  const dead = join(parent, `${PREFIX}${spawnSync('true').pid}`);
  const inside = join(dead, 'with space');
  mkdirSync(inside, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', inside]);
  writeFileSync(join(inside, 'file'), 'x');
  const label = ['--label', `slipway.system=${system}`];
  docker('network', 'create', ...label, system);
  docker(
    'run',
    '-d',
    '--name',
    system,
    ...label,
    '--network',
    system,
    '-v',
    `${inside}:/data`,
    '--entrypoint',
    'sleep',
    world.postgresImage,
    '600',
  );
  docker('create', '--name', `${system}-ended`, '--label', `slipway.instance=${system}`, world.postgresImage, 'true');
  const program = spawn('sleep', ['600'], { cwd: inside });
  const ended = new Promise((resolve) => program.once('exit', (_, signal) => resolve(signal)));

  removeOrphans(parent, PREFIX);

  expect(await ended).toBe('SIGKILL');
  expect(existsSync(dead)).toBe(false);
  expect(mounts()).not.toContain(dead);
  expect(docker('ps', '-aq', '--filter', `name=${system}`)).toBe('');
  expect(docker('network', 'ls', '-q', '--filter', `name=${system}`)).toBe('');
});

it('leaves what belongs to a run that lives', () => {
  const living = join(parent, `${PREFIX}${process.pid}`);
  mkdirSync(join(living, 'mounted'), { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', join(living, 'mounted')]);

  removeOrphans(parent, PREFIX);

  expect(mounts()).toContain(`${living}/mounted`);
});
