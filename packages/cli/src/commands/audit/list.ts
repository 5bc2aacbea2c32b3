import { auditView } from '@slipway/contracts/audit-view';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { count } from '../../inputs.ts';
import { auditTable } from '../../show/audit.ts';

export const auditList = defineCommand({
  path: 'audit list',
  says: 'List who did what to a project, or to all of them and the installation, newest first; also what was refused.',
  example: 'slipway audit list --what preview. --since 2026-03-01T10:00:00Z',
  options: [
    { flags: '--all', says: 'of all projects, and of what is no project: tokens, keys, people' },
    { flags: '--who <name>', says: 'only of this person or program' },
    { flags: '--what <act>', says: 'only this act; `preview.` means all about previews' },
    { flags: '--since <time>', says: 'only after this time, such as 2026-03-01T10:00:00Z' },
    { flags: '--limit <count>', says: 'at most so many (default: 50)' },
  ],
  input: z.strictObject({
    all: z.boolean().default(false),
    who: z.string().optional(),
    what: z.string().optional(),
    since: z.iso.datetime({ offset: true }).optional(),
    limit: count.optional(),
  }),
  view: z.array(auditView),
  routes: ['projectAudit', 'audit'],
  run: async ({ all, limit = 50, ...query }, session) => {
    const api = await session.api();
    if (all) return api.list('audit', { parameters: {}, query }, limit);
    return api.list('projectAudit', { parameters: { project: await session.project() }, query }, limit);
  },
  show: (rows, screen) => (rows.length === 0 ? 'Nothing of that is in the audit log.' : auditTable(rows, screen)),
});
