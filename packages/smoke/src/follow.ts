import type { CheckContext } from './check.ts';
import type { Answered, SmokeAnswer, SmokeRequest } from './request.ts';

const MOST_HOPS = 5;

export type Followed = { readonly answer: Answered; readonly path: string } | { readonly error: string };

/**
 * Goes where it is sent, as long as that is the same address: an Odoo that sends people elsewhere is not the one that is tested, and one
 * that sends them from https to http does not know of its proxy.
 */
export const follow = async (context: Pick<CheckContext, 'ask' | 'url'>, request: SmokeRequest): Promise<Followed> => {
  let path = request.path;
  for (let hops = 0; hops <= MOST_HOPS; hops++) {
    const answer: SmokeAnswer = await context.ask({ ...request, path });
    if ('error' in answer) return { error: `${path}: ${answer.error}` };
    const to = answer.status >= 300 && answer.status < 400 ? answer.headers.location : undefined;
    if (to === undefined) return { answer, path };
    const next = URL.parse(to, new URL(path, context.url).href);
    if (next === null) return { error: `${path} sends to "${to.slice(0, 100)}", which is no address` };
    if (next.origin !== context.url.origin) return { error: `${path} sends to another address: ${next.origin}` };
    path = next.pathname + next.search;
  }
  return { error: `${request.path} sends in a circle: ${MOST_HOPS} redirects, the last to ${path}` };
};
