import type { Answered, SmokeHttp } from '@slipway/smoke/request';
import { describe, expect, test } from 'vitest';
import { crawl } from './pages.ts';

const html = (body: string, more: Partial<Answered> = {}): Answered => ({
  ...{ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, cookies: [] },
  ...{ body, bytes: body.length, milliseconds: 1 },
  ...more,
});

/** The pages of a site, and what was asked of it. */
const site = (pages: Readonly<Record<string, Answered>>) => {
  const asked: string[] = [];
  const http: SmokeHttp = async ({ path }) => {
    asked.push(path);
    return pages[path] ?? { error: 'nobody answers', milliseconds: 1 };
  };
  return { asked, read: () => crawl(http, new AbortController().signal) };
};

describe('crawling what a visitor finds', () => {
  test('goes from page to page, each once, and stays on this Odoo', async () => {
    const { asked, read } = site({
      '/': html(`<a class="x" href="/shop?page=2">Shop</a><a href='contact'>Us</a><a href="/shop#top">Top</a>
        <a href="https://example.com/shop">Away</a><a href="mailto:a@example.com">Mail</a><a href="//example.com/x">Away</a>
        <a href="/web/session/logout">Out</a>`),
      '/shop': html('', { status: 303, headers: { location: 'http://odoo.invalid/web/login' } }),
      '/contact': html('{}', { headers: { 'content-type': 'application/json' } }),
      '/web/login': html('<a href="/">Home</a>'),
    });
    const { text, path } = await read();
    expect(asked).toEqual(['/', '/shop', '/contact', '/web/login']);
    expect(path).toBe('runtime/pages.prod.csv');
    expect(text.split('\n')).toEqual([
      'page,status,type,leads_to',
      '/,200,text/html,',
      '/contact,200,application/json,',
      '/shop,303,,/web/login',
      '/web/login,200,text/html,',
      '',
    ]);
  });

  test('says which page nobody answered for', async () => {
    expect((await site({}).read()).text).toContain('/,nobody answers,,\n');
  });

  test('ends after as many pages as anybody wants to read', async () => {
    const endless: SmokeHttp = async ({ path }) => html(`<a href="${path}a">More</a>`);
    expect((await crawl(endless, new AbortController().signal)).text.trim().split('\n')).toHaveLength(61);
  });
});
