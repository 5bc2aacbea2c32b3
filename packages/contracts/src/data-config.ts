/** The sections of slipway.yaml about production's data: what is made of it, how it is masked (C1–C10). */
import { z } from 'zod';
import { columnName, modelName, schedule, secretName, tableName } from './config-values.ts';

const folderStore = z.strictObject({
  kind: z.literal('folder').describe('A folder of this machine.'),
  path: z
    .string()
    .regex(/^\/[^\0]*$/, 'an absolute path on the machine that runs Slipway')
    .optional()
    .describe("The folder. Default: one in Slipway's data folder."),
});

const s3Store = z.strictObject({
  kind: z.literal('s3').describe('A bucket of any S3-compatible service.'),
  endpoint: z.url().optional().describe('Address of the service. Default: Amazon S3 of that region.'),
  region: z.string().min(1).default('us-east-1').describe('Region of the bucket.'),
  bucket: z.string().min(1).describe('Name of the bucket; it must exist.'),
  prefix: z.string().default('').describe('In front of every name in the bucket.'),
  access_key: secretName.default('S3_ACCESS_KEY').describe('Name of the secret (stage production) with the key id.'),
  secret_key: secretName.default('S3_SECRET_KEY').describe('Name of the secret (stage production) with the key.'),
});

export const dataSection = z.strictObject({
  store: z
    .discriminatedUnion('kind', [folderStore, s3Store])
    .prefault({ kind: 'folder' })
    .describe('Where snapshots and backups are kept, encrypted.'),
  snapshots: z
    .strictObject({
      schedule: schedule.default('never').describe('When a sanitised snapshot of production is made by itself.'),
      keep: z.int().min(1).max(1000).default(3).describe('How many sanitised snapshots are kept.'),
    })
    .prefault({})
    .describe('Sanitised snapshots.'),
  backups: z
    .strictObject({
      schedule: schedule.default('0 2 * * *').describe('When production is backed up.'),
      drill: schedule.default('0 5 * * 0').describe('When the newest backup is restored and tried.'),
      daily: z.int().min(0).max(366).default(7).describe('How many daily backups are kept.'),
      weekly: z.int().min(0).max(104).default(4).describe('How many weekly backups are kept.'),
      monthly: z.int().min(0).max(120).default(3).describe('How many monthly backups are kept.'),
      point_in_time: z
        .strictObject({
          enabled: z
            .boolean()
            .default(false)
            .describe("Whether the log of production's PostgreSQL is kept, so that every moment can be restored."),
          database: secretName
            .default('DATABASE_URL')
            .describe(
              'Name of the secret (stage production) with the address of a role that has REPLICATION on that server. Where Slipway runs production, another one than `stages.production.database`.',
            ),
          copy: schedule
            .default('0 3 * * 6')
            .describe('When the whole server is copied anew; what is restored is a copy and the log behind it.'),
          days: z.int().min(1).max(366).default(7).describe('How many days back every moment can be restored.'),
        })
        .prefault({})
        .describe('The log of production, in the same store and under the same key as the backups.'),
    })
    .prefault({})
    .describe('Raw, encrypted backups of production.'),
});

/** What a project may say about a column; the names of masks are those of the sanitising rules. */
export const MASKS = [
  'keep',
  'null',
  'mask',
  'email',
  'phone',
  'name',
  'address',
  'iban',
  'tax-id',
  'text',
  'html',
  'amount',
] as const;

export const sanitiseSection = z.strictObject({
  columns: z
    .record(columnName, z.enum(MASKS))
    .default({})
    .describe('Masks by table.column; they win over the built-in rules.'),
  tables: z
    .record(tableName, z.enum(['empty', 'keep']))
    .default({})
    .describe('Tables whose rows are left out, or kept.'),
  keep_attachments: z
    .array(modelName)
    .default([])
    .describe('Models whose attachments keep their real content, such as product.template.'),
  unknown: z
    .enum(['fail', 'mask'])
    .default('fail')
    .describe('What happens when a column that no rule knows holds something that looks personal.'),
});
