/**
 * What test runs that were killed leave: files in memory, file systems mounted among them, programs that work in them and containers that have them open.
 * Each is found by its folder, which carries the number of the process that made it; so a run that goes on beside this one loses nothing.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Every folder `<prefix><pid>` of `parent` whose process is gone, with all that uses it. What cannot be removed is told and left: the run goes on. */
export const removeOrphans = (parent: string, prefix: string): void => {
  for (const name of readdirSync(parent)) {
    const pid = Number(name.slice(prefix.length));
    if (!name.startsWith(prefix) || isAlive(pid)) continue;
    takeAway(join(parent, name));
  }
};

/** A run's folder with all that uses it. Never an error: what failed before, or goes on afterwards, matters more. */
export const takeAway = (folder: string): void => {
  try {
    removeContainers(folder);
    endPrograms(folder);
    removeTree(folder);
  } catch (error) {
    console.log(`» ${folder} is left: ${(error as Error).message}`);
  }
};

/** With what is mounted in it: a mounted folder cannot be removed. */
export const removeTree = (folder: string): void => {
  for (const mounted of mountedIn(folder)) execFileSync('umount', ['--lazy', mounted]);
  rmSync(folder, { recursive: true, force: true });
};

/** Innermost first. Fifth field, octal escapes for space, tab, newline and backslash: https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html */
const mountedIn = (folder: string): string[] =>
  readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) =>
      (line.split(' ')[4] ?? '').replace(/\\([0-7]{3})/g, (_, code) => String.fromCharCode(parseInt(code, 8))),
    )
    .filter((path) => path.startsWith(`${folder}/`))
    .reverse();

/** By either of these labels a container or network says whose it is. */
const OWNER_LABELS = ['slipway.system', 'slipway.instance'];

/** All containers and networks of each Slipway that has its files there: Docker starts what was running again with itself. */
const removeContainers = (folder: string): void => {
  const all = docker('ps', '--all', '--quiet');
  if (all.length === 0) return;
  const owner = OWNER_LABELS.map((label) => `{{index .Config.Labels "${label}"}}`).join('');
  const owners = docker('inspect', '--format', `${owner}{{range .Mounts}} {{.Source}}{{end}}`, ...all)
    .filter((line) => line.includes(` ${folder}/`))
    .map((line) => line.slice(0, line.indexOf(' ')));
  for (const name of new Set(owners.filter((found) => found !== '')))
    for (const label of OWNER_LABELS) removeOwned(`label=${label}=${name}`);
};

const removeOwned = (filter: string): void => {
  const containers = docker('ps', '--all', '--quiet', '--filter', filter);
  if (containers.length > 0) docker('rm', '--force', '--volumes', ...containers);
  const networks = docker('network', 'ls', '--quiet', '--filter', filter);
  if (networks.length > 0) docker('network', 'rm', ...networks);
};

const docker = (...parameters: readonly string[]): string[] =>
  execFileSync('docker', parameters, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    .split('\n')
    .filter((line) => line !== '');

/** PostgreSQL servers that tests start themselves work in their data folder. */
const endPrograms = (folder: string): void => {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
    try {
      if (readlinkSync(`/proc/${pid}/cwd`).startsWith(`${folder}/`)) process.kill(Number(pid), 'SIGKILL');
    } catch {
      // Ended meanwhile, or not ours to look at.
    }
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's lives, too.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};
