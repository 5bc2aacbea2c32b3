import { existsSync } from 'node:fs';
import { Failure } from '@slipway/contracts/failure';
import { CommandError, type CommandResult, runCommand } from '../../shared/run-command.ts';
import { chainName, chainText, type Family, forwardRejects, inputJump, type Rule } from './rules.ts';

const LIMIT_SECONDS = 20;
/** Not everybody's PATH has the folders of what only root runs. */
const PATH = '/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin';
/** Somebody else (Docker) may hold the lock. */
const WAIT = ['-w', '10'];

const run = async (program: string, args: readonly string[], input?: string): Promise<CommandResult> => {
  try {
    return await runCommand(program, args, {
      timeoutSeconds: LIMIT_SECONDS,
      env: { PATH },
      ...(input === undefined ? {} : { input }),
    });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new Failure('walls-missing', { reason: error.message }, error);
  }
};

const must = async (program: string, args: readonly string[], input?: string): Promise<string> => {
  const { exitCode, stdout, stderr } = await run(program, args, input);
  if (exitCode === 0) return stdout;
  throw new Failure('walls-missing', {
    reason: `${program} ${args.join(' ')}: ${stderr.trim() || `exit ${exitCode}`}`,
  });
};

const has = async (family: Family, { chain, rule }: Rule): Promise<boolean> =>
  (await run(family, [...WAIT, '-C', chain, ...rule])).exitCode === 0;

const removeRule = async (family: Family, one: Rule): Promise<void> => {
  while (await has(family, one)) await must(family, [...WAIT, '-D', one.chain, ...one.rule]);
};

/** IPv6 can be switched off in the kernel; then there is nothing to wall off. */
const families = (): readonly Family[] => (existsSync('/proc/net/if_inet6') ? ['iptables', 'ip6tables'] : ['iptables']);

/** `relay`: whether the gateway also leads to a PostgreSQL. */
export interface Walls {
  readonly instance: string;
  readonly relay: boolean;
}

/**
 * Puts the walls up, or back up: safe to repeat, and does nothing while they stand. They hold for every bridge of the installation, also for
 * one that is made later. Failure: walls-missing.
 */
export const raiseWalls = async ({ instance, relay }: Walls): Promise<void> => {
  for (const family of families()) {
    if (!(await chainStands(family, instance, relay)))
      await must(`${family}-restore`, [...WAIT, '--noflush'], chainText(instance, family, relay));
    await putFirst(family, inputJump(instance));
  }
  for (const reject of forwardRejects(instance).toReversed()) {
    const chain = await run('iptables', [...WAIT, '-S', reject.chain]);
    // Without Docker's chain its own isolation still drops what is forwarded, only slower.
    if (chain.exitCode === 0 && !(await has('iptables', reject)))
      await must('iptables', [...WAIT, '-I', reject.chain, '1', ...reject.rule]);
  }
};

export const lowerWalls = async (instance: string): Promise<void> => {
  for (const family of families()) {
    await removeRule(family, inputJump(instance));
    const chain = chainName(instance);
    if ((await run(family, [...WAIT, '-F', chain])).exitCode === 0) await must(family, [...WAIT, '-X', chain]);
  }
  for (const reject of forwardRejects(instance)) await removeRule('iptables', reject);
};

const chainStands = async (family: Family, instance: string, relay: boolean): Promise<boolean> => {
  const { exitCode, stdout } = await run(family, [...WAIT, '-S', chainName(instance)]);
  if (exitCode !== 0) return false;
  const wanted = chainText(instance, family, relay)
    .split('\n')
    .filter((line) => line.startsWith('-A'));
  const lines = stdout.split('\n').filter((line) => line.startsWith('-A'));
  return lines.length === wanted.length && lines.every((line, i) => sameRule(line, wanted[i] ?? ''));
};

/** iptables prints a rule with words of its own (`-m tcp`, `--reject-with`): ours must all be in it, in our order. */
const sameRule = (printed: string, wanted: string): boolean => {
  const words = printed.split(' ');
  let at = 0;
  for (const word of wanted.split(' ')) {
    at = words.indexOf(word, at) + 1;
    if (at === 0) return false;
  }
  return true;
};

/** A rule above ours that accepts would open the wall; only jumps of other installations may stand before it. */
const putFirst = async (family: Family, jump: Rule): Promise<void> => {
  const listed = (await must(family, [...WAIT, '-S', jump.chain])).split('\n').filter((line) => line.startsWith('-A'));
  const wanted = `-A ${jump.chain} ${jump.rule.join(' ')}`;
  const place = listed.findIndex((line) => line.trim() === wanted);
  const before = place === -1 ? listed : listed.slice(0, place);
  if (place !== -1 && before.every((line) => / -j SLIPWAY-SW/.test(line))) return;
  await removeRule(family, jump);
  await must(family, [...WAIT, '-I', jump.chain, '1', ...jump.rule]);
};
