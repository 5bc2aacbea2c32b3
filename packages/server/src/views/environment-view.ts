import type { EnvironmentView } from '@slipway/contracts/views';
import { type Queryable, queryRaw } from '../store/queryable.ts';
import { EVERYTHING, type Sight, sightValues } from '../store/sight.ts';

/** Previews in the order of their numbers, then what has none. */
const ORDER = 'project, coalesce(number, 2147483647), id';
const ONE = 'select * from ops.environments where id = $1';
const ALL = `select * from ops.environments where state <> 'closed' and ($1::text is null or
  (${ORDER}) > (select ${ORDER} from ops.environments where id = $1))
  and ($3::text is null or organisation = $3) and ($4::text[] is null or project = any($4))
  order by ${ORDER} limit $2`;

/** One, also a closed one; or a page of those that are open. */
export const environmentViews = async (
  db: Queryable,
  wanted: { readonly id: string } | { readonly after: string | null; readonly limit: number; readonly sight?: Sight },
): Promise<EnvironmentView[]> => {
  const rows =
    'id' in wanted
      ? await queryRaw(db, ONE, [wanted.id])
      : await queryRaw(db, ALL, [wanted.after, wanted.limit, ...sightValues(wanted.sight ?? EVERYTHING)]);
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
