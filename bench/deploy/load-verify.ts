import { LoadClient, type Target } from './load-client.ts';

export interface Acknowledged {
  readonly id: number;
  readonly name: string;
  readonly at: string;
}

const AT_ONCE = 500;

/** Looks every acknowledged write up by its id, and compares its name: a record that is another one now is missing, too. */
export async function lookUp(target: Target, acknowledged: readonly Acknowledged[]) {
  const client = new LoadClient({ ...target, login: '', password: '' });
  const names = new Map<number, string>();
  for (let i = 0; i < acknowledged.length; i += AT_ONCE) {
    const ids = acknowledged.slice(i, i + AT_ONCE).map(({ id }) => id);
    const domain = ['&', ['id', 'in', ids], ['active', 'in', [true, false]]];
    const reply = await client.json2('search_read', { domain, fields: ['name'] });
    if (reply.status !== 200) throw new Error(`cannot look up: status ${reply.status} ${reply.text.slice(0, 200)}`);
    for (const { id, name } of JSON.parse(reply.text) as { id: number; name: string }[]) names.set(id, name);
  }
  await client.close();
  const missing = acknowledged.filter(({ id, name }) => names.get(id) !== name);
  return {
    bench: 'deploy-load-verify',
    acknowledged: acknowledged.length,
    found: acknowledged.length - missing.length,
    missing,
  };
}
