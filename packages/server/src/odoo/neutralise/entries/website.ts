import { setColumns } from '../blank.ts';
import type { Entry } from '../entry.ts';

export const websiteEntries: readonly Entry[] = [
  setColumns({
    id: 'website-domain',
    why: 'A website of a copy does not answer for, and does not link to, the domain of production.',
    holds: 'on-arrival',
    table: 'website',
    set: { domain: 'null' },
  }),
  setColumns({
    id: 'website-analytics',
    why: 'Visits to a copy are not counted as visits to production.',
    holds: 'on-arrival',
    table: 'website',
    needs: ['google_analytics_key'],
    set: {
      google_analytics_key: 'null',
      google_search_console: 'null',
      plausible_site: 'null',
      website_slide_google_app_key: 'null',
    },
  }),
  setColumns({
    id: 'website-code',
    why: 'Scripts that production puts into every page (tag managers, chats, pixels) are not run by visitors of a copy.',
    holds: 'on-arrival',
    table: 'website',
    set: { custom_code_head: 'null', custom_code_footer: 'null' },
  }),
  setColumns({
    id: 'website-cdn',
    why: 'Pages of a copy do not load files of production from its CDN.',
    holds: 'on-arrival',
    table: 'website',
    set: { cdn_activated: 'false', cdn_url: 'null' },
  }),
  setColumns({
    id: 'website-robots',
    why: 'No search engine lists a copy.',
    holds: 'on-arrival',
    table: 'website',
    set: { robots_txt: `E'User-agent: *\\nDisallow: /'` },
  }),
  setColumns({
    id: 'banner',
    why: 'Whoever looks at a copy sees that it is one.',
    holds: 'on-arrival',
    table: 'ir_ui_view',
    set: { active: 'true' },
    needs: ['active', 'key'],
    where: `key in ('web.neutralize_banner', 'website.neutralize_ribbon')`,
  }),
];
