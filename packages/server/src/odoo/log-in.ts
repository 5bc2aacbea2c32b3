/** Odoo's session login over JSON-RPC: the body to send, and what the answer means. */
import { Secret } from '../domain/secret.ts';

export const loginRequest = (login: {
  readonly database: string;
  readonly user: string;
  readonly password: Secret;
}): Secret =>
  new Secret(
    JSON.stringify({
      jsonrpc: '2.0',
      method: 'call',
      params: { db: login.database, login: login.user, password: login.password.reveal() },
    }),
  );

type Answer = { readonly status: number; readonly body: string } | { readonly error: string };

/** Null: logged in; else what was wrong, without anything of the answer that could be secret. */
export const loggedIn = (answer: Answer): string | null => {
  if ('error' in answer) return answer.error;
  if (answer.status !== 200) return `answered ${answer.status}`;
  try {
    const { result, error } = JSON.parse(answer.body) as {
      result?: { uid?: unknown };
      error?: { data?: { name?: string }; message?: string };
    };
    if (typeof result?.uid === 'number') return null;
    return error?.data?.name ?? error?.message ?? 'no user came back';
  } catch {
    return 'answered no JSON';
  }
};
