import type { EvidenceView } from '@slipway/contracts/views';
import { type Queryable, queryRaw } from '../store/queryable.ts';

const SQL = `
  select r.id, r.kind, json_agg(json_build_object('sequence', a.sequence, 'path', a.path, 'sha256', a.sha256, 'bytes', a.bytes,
    'chain', a.chain, 'createdAt', a.created_at) order by a.sequence) as artifacts
  from ops.artifacts a join ops.runs r on r.id = a.run
  where ($1::text is null or r.id = $1)
  group by r.id, r.kind, r.sequence order by r.sequence desc limit 100`;

export const evidenceViews = async (db: Queryable, run: string | null): Promise<EvidenceView[]> => {
  const rows = await queryRaw(db, SQL, [run]);
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
