import type { BuildView } from '@slipway/contracts/views';
import { type Queryable, queryRaw } from '../store/queryable.ts';
import { EVERYTHING, type Sight, sightValues } from '../store/sight.ts';

const SQL = `select *, test_report -> 'tests' as tests from ops.builds where ($1::text is null or id = $1)
  and ($3::text is null or (started_at, id) < (select started_at, id from ops.builds where id = $3))
  and ($4::text is null or organisation = $4) and ($5::text[] is null or project = any($5))
  order by started_at desc, id desc limit $2`;

export const buildViews = async (
  db: Queryable,
  filter: {
    readonly id: string | null;
    readonly limit: number;
    readonly after?: string | null;
    readonly sight?: Sight;
  },
): Promise<BuildView[]> => {
  const seen = sightValues(filter.sight ?? EVERYTHING);
  const rows = await queryRaw(db, SQL, [filter.id, filter.limit, filter.after ?? null, ...seen]);
  return rows.map(
    (row): BuildView => ({
      id: row['id'] as string,
      project: row['project'] as string,
      sha: row['git_sha'] as string,
      branch: row['branch'] as string | null,
      message: row['commit_message'] as string | null,
      author: row['author'] as string | null,
      committedAt: (row['committed_at'] as Date | null)?.toISOString() ?? null,
      lockHash: row['lock_hash'] as string,
      image: row['image_tag'] as string | null,
      imageDigest: row['image_sha256'] as string | null,
      verdict: row['test_verdict'] as BuildView['verdict'],
      tests: row['tests'] as BuildView['tests'],
      state: row['state'] as BuildView['state'],
      cached: row['cached'] as boolean,
      createdAt: (row['started_at'] as Date).toISOString(),
      milliseconds: row['milliseconds'] as number | null,
    }),
  );
};
