import { fail, pass, type SmokeCheck } from '../check.ts';
import { follow } from '../follow.ts';
import { titleOf } from '../html.ts';
import { SLOW_LIMIT } from '../odoo-call.ts';

export const mainPage: SmokeCheck = {
  id: 'main-page',
  title: 'Main page',
  proves: 'Who types the address gets a page, over all redirects.',
  run: async (context) => {
    const page = await follow(context, { method: 'GET', path: '/', limit: SLOW_LIMIT });
    if ('error' in page)
      return fail(page.error, 'Look at web.base.url, the domain of the website, and the proxy before Odoo.');
    const { status, body, milliseconds } = page.answer;
    if (status !== 200) return fail(`${page.path} answers ${status}`, "Look at Odoo's log for this request.");
    if (!/<html\b/i.test(body)) return fail(`${page.path} answers no page`, 'Is another program at this address?');
    return pass(`200 at ${page.path}, "${titleOf(body)}", ${milliseconds} ms`);
  },
};
