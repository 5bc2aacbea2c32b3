import { grouped, NUMBER, plain } from '../grouped.ts';
import { has, type Invariant, invariant, textOf } from '../invariant.ts';

const LOCKS = [
  'fiscalyear_lock_date',
  'tax_lock_date',
  'sale_lock_date',
  'purchase_lock_date',
  'hard_lock_date',
  'period_lock_date',
];
/** More members than this are a number and a sum of their ids. */
const MEMBERS_NAMED = 40;

/** Who is there, what they may do, and for which companies. */
export const people: readonly Invariant[] = [
  invariant(
    {
      id: 'users',
      title: 'Users',
      means: 'Somebody can log in who could not, or the other way round; or an employee became a portal user.',
      module: 'base',
      needs: { res_users: ['active', 'share'] },
    },
    () =>
      grouped({
        what: 'users',
        from: 'res_users u',
        by: [
          plain('', `case when u.active then 'who can log in' else 'who are archived' end`),
          plain('', `case when u.share then 'portal or public' else 'internal' end`),
        ],
        totals: [NUMBER],
      }),
  ),
  invariant(
    {
      id: 'group-members',
      title: 'Members of groups',
      means: 'Somebody has rights that nobody gave them, or lost rights that they had.',
      module: 'base',
      needs: {
        res_groups: ['name'],
        res_groups_users_rel: ['gid', 'uid'],
        ir_model_data: ['model', 'res_id', 'name', 'module'],
      },
      // A group that an update brings is new to everybody.
      fresh: 'allowed',
    },
    (columns) =>
      `select g.id::text as key, concat('Members of ', coalesce(min(d.module || '.' || d.name), 'group ' || g.id), ' (', ${textOf(columns, 'res_groups', 'name', 'g')}, ')') as says,
              'text' as unit,
              case when count(distinct r.uid) > ${MEMBERS_NAMED} then count(distinct r.uid) || ' users, checksum ' || left(md5(string_agg(distinct r.uid::text, ',')), 8)
                   when count(r.uid) = 0 then 'nobody'
                   else 'users ' || string_agg(distinct r.uid::text, ', ') end as value
         from res_groups g left join res_groups_users_rel r on r.gid = g.id
         left join ir_model_data d on d.model = 'res.groups' and d.res_id = g.id
        group by g.id`,
  ),
  invariant(
    {
      id: 'companies',
      title: 'Companies, their currencies and lock dates',
      means: 'A company came or went, has another currency, or its closed periods can be written to again.',
      module: 'base',
      needs: { res_company: ['id', 'name', 'currency_id'], res_currency: ['name'] },
    },
    (columns) => {
      const locks = LOCKS.filter((column) => has(columns, 'res_company', column));
      const texts = locks.map((column) => `('${column.replaceAll('_', ' ')}', coalesce(c.${column}::text, 'none'))`);
      return `select c.id || '/' || f.word as key, concat_ws(' ', 'The', f.word, 'of company', c.id, '(' || c.name || ')') as says, 'text' as unit, f.value
                from res_company c
               cross join lateral (values ${[`('currency', coalesce((select r.name from res_currency r where r.id = c.currency_id), 'none'))`, ...texts].join(', ')}) as f(word, value)`;
    },
  ),
  invariant(
    {
      id: 'currency-rates',
      title: 'Currency rates',
      means: 'Rates came, went or changed: amounts in other currencies are worth something else.',
      module: 'base',
      needs: { res_currency_rate: ['currency_id', 'rate', 'name', 'company_id'], res_currency: ['name', 'active'] },
    },
    () =>
      `select concat_ws('/', r.currency_id, coalesce(r.company_id, 0), f.word) as key,
              concat_ws(' ', f.word, 'of', (select c.name from res_currency c where c.id = r.currency_id), 'for company', coalesce(r.company_id::text, 'all')) as says,
              f.unit, f.value
         from (select currency_id, company_id, count(*)::text as number, sum(rate::numeric)::text as total from res_currency_rate group by 1, 2) r
        cross join lateral (values ('Number of rates', 'count', r.number), ('Sum of all rates', 'quantity', r.total)) as f(word, unit, value)`,
  ),
];
