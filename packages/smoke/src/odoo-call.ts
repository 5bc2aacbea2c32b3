/** Odoo's JSON-RPC over HTTP, as its web client speaks it. */
import type { CheckContext } from './check.ts';
import type { Sealed, SmokeAnswer } from './request.ts';

/** The first call compiles templates. */
export const SLOW_LIMIT = 60_000;

export const sealed = (make: () => unknown): Sealed => ({ reveal: () => JSON.stringify(make()) });

export type RpcAnswer =
  | {
      readonly kind: 'result';
      readonly value: unknown;
      readonly cookies: readonly string[];
      readonly milliseconds: number;
    }
  /** `name` is the class of Odoo's exception. Its text may hold data, so only a short piece of it is taken. */
  | { readonly kind: 'error'; readonly name: string; readonly why: string };

export const callRpc = async (
  { ask }: Pick<CheckContext, 'ask'>,
  path: string,
  parameters: unknown,
  cookie?: string,
): Promise<RpcAnswer> => {
  const answer = await ask({
    method: 'POST',
    path,
    headers: { 'content-type': 'application/json', ...(cookie === undefined ? {} : { cookie }) },
    body: sealed(() => ({ jsonrpc: '2.0', id: 1, method: 'call', params: parameters })),
    limit: SLOW_LIMIT,
  });
  return readRpc(answer);
};

const readRpc = (answer: SmokeAnswer): RpcAnswer => {
  if ('error' in answer) return { kind: 'error', name: '', why: answer.error };
  if (answer.status !== 200) return { kind: 'error', name: '', why: `answers ${answer.status}` };
  const said = readJson(answer.body) as { result?: unknown; error?: { data?: { name?: unknown; message?: unknown } } };
  if (said?.error !== undefined) {
    const { name, message } = said.error.data ?? {};
    return {
      kind: 'error',
      name: String(name ?? ''),
      why: short(String(message ?? name ?? 'an error without a word')),
    };
  }
  if (said?.result === undefined) return { kind: 'error', name: '', why: 'answers no JSON of Odoo' };
  return { kind: 'result', value: said.result, cookies: answer.cookies, milliseconds: answer.milliseconds };
};

/** Undefined: it is no JSON. */
export const readJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

export const short = (text: string): string => text.replace(/\s+/g, ' ').trim().slice(0, 160);
