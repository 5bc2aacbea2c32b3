import { join } from 'node:path';
import { Failure } from '@slipway/contracts/failure';
import { type SmokeSection, smokeSection } from '@slipway/contracts/smoke-config';
import { browserCheck } from '@slipway/smoke/browser/browser-check';
import { findChromium } from '@slipway/smoke/browser/find-chromium';
import { smokeHttp } from '@slipway/smoke/client';
import type { Sealed } from '@slipway/smoke/request';
import type { SmokeRun } from '@slipway/smoke/run-smoke';
import type { Io } from '../io.ts';
import { PROJECT_FILE } from '../local/project-file.ts';
import { readProject } from '../local/read-project.ts';
import { readText } from '../local/read-text.ts';

const PASSWORD = 'SLIPWAY_SMOKE_PASSWORD';
const API_KEY = 'SLIPWAY_SMOKE_API_KEY';

export interface SmokeWish {
  readonly url: URL;
  readonly login?: string | undefined;
  readonly database?: string | undefined;
  readonly browser: boolean;
}

/** What slipway.yaml says, where there is one: any Odoo can be tested without. Failure: config-invalid. */
const readSettings = async (folder: string): Promise<{ settings: SmokeSection; series: string | null }> => {
  if ((await readText(join(folder, PROJECT_FILE))) === null) return { settings: smokeSection.parse({}), series: null };
  const { smoke, odoo } = await readProject(folder);
  return { settings: smoke, series: odoo.series };
};

const variable = (io: Io, names: readonly (string | undefined)[]): Sealed | null => {
  const name = names.find((each) => each !== undefined && io.variables[each]);
  const value = name === undefined ? undefined : io.variables[name];
  return value === undefined ? null : { reveal: () => value };
};

/** Failure: usage, when a user was named on the command line and no password is there. */
const loginOf = (io: Io, wish: SmokeWish, { login }: SmokeSection): SmokeRun['login'] => {
  const user = wish.login ?? login?.user;
  if (user === undefined) return null;
  const password = variable(io, [PASSWORD, login?.password]);
  if (password !== null) return { user, password };
  if (wish.login === undefined) return null;
  const named = login?.password === undefined ? PASSWORD : `${PASSWORD} or ${login.password}`;
  throw new Failure('usage', { reason: `--login takes the password from the variable ${named}, which is not set.` });
};

const browserOf = async (io: Io): Promise<NonNullable<SmokeRun['more']>> => {
  // Found before anything is asked: who wants a browser wants to know at once that there is none.
  const program = await findChromium(io.variables.SLIPWAY_CHROMIUM, io.variables.PATH);
  const asRoot = process.getuid?.() === 0;
  return [browserCheck(() => Promise.resolve({ program, asRoot }))];
};

/** Failures: config-invalid, usage, browser-missing. */
export const prepareSmoke = async (wish: SmokeWish, io: Io): Promise<SmokeRun> => {
  const { settings, series } = await readSettings(io.cwd);
  const now = (): number => performance.now();
  return {
    http: smokeHttp({ url: wish.url, now }),
    url: wish.url,
    settings,
    series,
    database: wish.database ?? null,
    login: loginOf(io, wish, settings),
    apiKey: variable(io, [API_KEY, settings.login?.api_key]),
    // From outside there is neither SQL nor a log: what a login can count is counted, the rest is said to be skipped.
    inventory: null,
    log: null,
    more: wish.browser || settings.browser ? await browserOf(io) : [],
    signal: io.signal,
    now,
  };
};
