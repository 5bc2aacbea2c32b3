import type { EnvironmentView } from '@slipway/contracts/views';
import { type Queryable, queryRaw } from '../store/queryable.ts';
import { EVERYTHING, type Sight, sightValues } from '../store/sight.ts';

const SQL = `select * from ops.environments where ($1::text is null or id = $1) and ($1 is not null or state <> 'closed')
  and ($2::text is null or organisation = $2) and ($3::text[] is null or project = any($3))
  order by project, number`;

export const environmentViews = async (
  db: Queryable,
  id: string | null,
  sight: Sight = EVERYTHING,
): Promise<EnvironmentView[]> => {
  const rows = await queryRaw(db, SQL, [id, ...sightValues(sight)]);
  return rows.map(
    (row): EnvironmentView => ({
      name: row['id'] as string,
      project: row['project'] as string,
      stage: row['stage'] as EnvironmentView['stage'],
      state: row['state'] as EnvironmentView['state'],
      database: row['database'] as string,
      url: row['url'] as string | null,
      sha: (row['live_sha'] ?? row['head_sha']) as string | null,
      image: row['image'] as string | null,
      createdAt: (row['created_at'] as Date).toISOString(),
      updatedAt: (row['updated_at'] as Date).toISOString(),
    }),
  );
};
