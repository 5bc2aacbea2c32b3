import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '@slipway/contracts/failure';
import type { EvidenceView } from '@slipway/contracts/views';
import { type Queryable, queryRaw } from '../store/queryable.ts';
import { EVERYTHING, type Sight, sightValues } from '../store/sight.ts';

/** Nearly every run has evidence: asked for each, from the newest on, until the page is full. `exists` would be joined with all runs first. */
const SQL = `
  select r.id, r.kind, json_agg(json_build_object('sequence', a.sequence, 'path', a.path, 'sha256', a.sha256, 'bytes', a.bytes,
    'chain', a.chain, 'createdAt', a.created_at) order by a.sequence) as artifacts
  from (select id, kind, sequence from ops.runs of
      where ($1::text is null or id = $1) and ($2::text is null or sequence < (select sequence from ops.runs where id = $2))
        and (select true from ops.artifacts where run = of.id limit 1)
        and ($4::text is null or organisation = $4) and ($5::text[] is null or project = any($5))
      order by sequence desc limit $3) r
    join ops.artifacts a on a.run = r.id
  group by r.id, r.kind, r.sequence order by r.sequence desc`;

/** Of one run, or a page of all that have any, newest first. */
export const evidenceViews = async (
  db: Queryable,
  {
    run = null,
    after = null,
    limit = 1,
    sight = EVERYTHING,
  }: {
    readonly run?: string | null;
    readonly after?: string | null;
    readonly limit?: number;
    readonly sight?: Sight;
  },
): Promise<EvidenceView[]> => {
  const rows = await queryRaw(db, SQL, [run, after, limit, ...sightValues(sight)]);
  return rows.map((row): EvidenceView => {
    const artifacts = row['artifacts'] as EvidenceView['artifacts'];
    return {
      run: row['id'] as string,
      kind: row['kind'] as string,
      folder: artifacts[0]?.path.split('/')[0] ?? '',
      artifacts: artifacts.map((one) => ({ ...one, createdAt: new Date(one.createdAt).toISOString() })),
    };
  });
};

/** Text of a file that was kept; `path` as it was kept (`data/coverage.txt`). Only what is in the table is read, so no path leads elsewhere. Failure: evidence-unknown. */
export const evidenceFile = async (
  db: Queryable,
  folder: string,
  { run, path }: { readonly run: string; readonly path: string },
): Promise<{ path: string; text: string }> => {
  const [found] = await evidenceViews(db, { run });
  const artifact = found?.artifacts.find((one) => one.path === path || one.path.endsWith(`/${path}`));
  const text = artifact === undefined ? null : await readFile(join(folder, artifact.path), 'utf8').catch(() => null);
  if (artifact === undefined || text === null)
    throw new Failure('evidence-unknown', {
      run,
      path,
      known: (found?.artifacts ?? []).map((one) => one.path.split('/').slice(1).join('/')).join(', ') || 'none',
    });
  return { path: artifact.path, text };
};
