import { expect, test } from 'vitest';
import { dropAttachments } from './drop-attachments.ts';
import type { StepContext } from './step.ts';

const asked = { owner: 'shop/production', database: 'odoo_production_b', after: 'clear-copy' };

/** Of a run that has come to its copy or not, with the copy's database there or not. */
const carriedOut = async (world: { readonly cleared: boolean; readonly there: boolean }) => {
  const kept: unknown[] = [];
  const context = {
    receipt: async (name: string) => (name === 'clear-copy' && world.cleared ? {} : undefined),
    ports: {
      databases: { exists: async () => world.there },
      filestores: {
        retain: async (of: object, keep: ReadonlySet<string>) => {
          kept.push({ ...of, keep: [...keep] });
          return { asked: 'retain', answered: {} };
        },
      },
    },
  };
  const { note } = await dropAttachments.run(asked, context as unknown as StepContext);
  return { kept, note };
};

test('attachments of a copy whose database is gone go with it', async () => {
  const { kept } = await carriedOut({ cleared: true, there: false });
  expect(kept).toEqual([{ owner: 'shop/production', database: 'odoo_production_b', keep: [] }]);
});

test.each([
  ['of the way back, which this run has not touched', { cleared: false, there: true }],
  ['of the way back, whose database somebody else has removed', { cleared: false, there: false }],
  ['of a copy that could not be removed', { cleared: true, there: true }],
])('those %s stay', async (_, world) => {
  const { kept, note } = await carriedOut(world);
  expect(kept).toEqual([]);
  expect(note).toContain('stay');
});
