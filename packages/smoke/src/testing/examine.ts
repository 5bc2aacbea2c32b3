/** Runs the checks in a test, against a server of the test's own. */
import { smokeSection } from '@slipway/contracts/smoke-config';
import type { SmokeResult } from '@slipway/contracts/smoke-views';
import type { SmokeSubject } from '../check.ts';
import { smokeHttp } from '../client.ts';
import { runSmoke } from '../run-smoke.ts';

export interface Examined extends Partial<Omit<SmokeSubject, 'settings' | 'http'>> {
  /** The section as somebody writes it. */
  readonly smoke?: unknown;
  readonly signal?: AbortSignal;
}

const now = (): number => performance.now();

export const subjectFor = (url: URL, { smoke = {}, signal: _, ...known }: Examined = {}): SmokeSubject => ({
  http: smokeHttp({ url, now }),
  url,
  settings: smokeSection.parse(smoke),
  series: null,
  database: null,
  login: null,
  apiKey: null,
  inventory: null,
  log: null,
  ...known,
});

export const examine = async (url: URL, examined: Examined = {}): Promise<readonly SmokeResult[]> => {
  const results: SmokeResult[] = [];
  const signal = examined.signal ?? new AbortController().signal;
  for await (const event of runSmoke({ ...subjectFor(url, examined), signal, now }))
    if (event.kind === 'result') results.push(event.result);
  return results;
};

export const resultOf = async (url: URL, check: string, examined: Examined = {}): Promise<SmokeResult | undefined> =>
  (await examine(url, examined)).find((result) => result.check === check);
