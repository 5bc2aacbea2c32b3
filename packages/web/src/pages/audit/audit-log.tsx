import type { AuditView } from '@slipway/contracts/audit-view';
import { type ReactNode, useDeferredValue, useState } from 'react';
import { type Paged, usePages } from '../../api/pages.ts';
import { asProblem } from '../../api/problem.ts';
import { SelectField, TextField } from '../../ui/field.tsx';
import { Person } from '../../ui/person.tsx';
import { Empty, ProblemNote, Skeleton } from '../../ui/states.tsx';
import { Status, type Tone } from '../../ui/status.tsx';
import { Ago } from '../../ui/time.tsx';
import '../settings/settings.css';

const DAY = 86_400_000;
const TIMES = [
  ['', 'Ever'],
  ['1', 'A day'],
  ['7', 'A week'],
  ['30', '30 days'],
] as const;

interface Filter {
  readonly who: string;
  readonly what: string;
  readonly days: string;
}

const queryOf = ({ who, what, days }: Filter) => ({
  ...(who.trim() === '' ? {} : { who: who.trim() }),
  ...(what.trim() === '' ? {} : { what: what.trim() }),
  // By the hour: the same address for a while, so that what was read is kept.
  ...(days === ''
    ? {}
    : { since: new Date(Math.floor((Date.now() - Number(days) * DAY) / 3_600_000) * 3_600_000).toISOString() }),
  limit: '50',
});

/** Who did what, newest first, also what was refused. Of one project, or of everything. */
export const AuditLog = ({ project }: { readonly project: string | null }): ReactNode => {
  const [filter, setFilter] = useState<Filter>({ who: '', what: '', days: '' });
  const asked = useDeferredValue(filter);
  return (
    <>
      <Filters filter={filter} onFilter={setFilter} />
      {project === null ? <OfAll filter={asked} /> : <OfProject project={project} filter={asked} />}
    </>
  );
};

const OfAll = ({ filter }: { readonly filter: Filter }): ReactNode => (
  <Entries query={usePages('audit', { query: queryOf(filter) })} />
);
const OfProject = ({ project, filter }: { readonly project: string; readonly filter: Filter }): ReactNode => (
  <Entries query={usePages('projectAudit', { parameters: { project }, query: queryOf(filter) })} />
);

const Filters = ({ filter, onFilter }: { readonly filter: Filter; onFilter(filter: Filter): void }): ReactNode => (
  <search className="filters">
    <TextField
      label="Who"
      type="search"
      data-filter
      placeholder="ada@example.org"
      value={filter.who}
      onChange={(event) => onFilter({ ...filter, who: event.target.value })}
    />
    <TextField
      label="What"
      type="search"
      placeholder="preview. or promotion.approve"
      value={filter.what}
      onChange={(event) => onFilter({ ...filter, what: event.target.value })}
    />
    <SelectField
      label="Since"
      value={filter.days}
      onChange={(event) => onFilter({ ...filter, days: event.target.value })}
    >
      {TIMES.map(([days, word]) => (
        <option key={days} value={days}>
          {word}
        </option>
      ))}
    </SelectField>
  </search>
);

const Entries = ({ query }: { readonly query: Paged<readonly AuditView[]> }): ReactNode => {
  if (query.data === undefined)
    return query.error === null ? (
      <Skeleton rows={6} />
    ) : (
      <ProblemNote problem={asProblem(query.error)} again={() => void query.refetch()} />
    );
  const rows = query.data.pages.flatMap((part) => part.rows);
  if (rows.length === 0)
    return (
      <Empty title="Nothing fits">
        <p>Nobody did that in this time.</p>
      </Empty>
    );
  return (
    <div className="panel">
      <Table rows={rows} />
      {query.hasNextPage && (
        <p className="inside">
          <button
            type="button"
            className="button"
            disabled={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            Older
          </button>
        </p>
      )}
    </div>
  );
};

const RESULTS: Readonly<Record<string, Tone>> = { ok: 'good', refused: 'warn', failed: 'bad', locked: 'warn' };

const Table = ({ rows }: { readonly rows: readonly AuditView[] }): ReactNode => (
  <table className="table folds">
    <thead>
      <tr>
        {['When', 'Who', 'What', 'Target', 'Result', 'From'].map((word) => (
          <th key={word}>{word}</th>
        ))}
      </tr>
    </thead>
    <tbody>
      {rows.map((row) => (
        <tr key={row.id}>
          <td data-label="When">
            <Ago at={row.at} />
          </td>
          <td data-label="Who">
            <div>
              <Person who={row.who} name={row.name} />
            </div>
          </td>
          <td data-label="What" className="mono foreign">
            {row.what}
          </td>
          <td data-label="Target" className="foreign">
            <div>
              {row.target}
              <Details details={row.details} />
            </div>
          </td>
          <td data-label="Result">
            <Status tone={RESULTS[row.result] ?? 'off'}>{row.result}</Status>
          </td>
          <td data-label="From" className="foreign">
            {row.from}
          </td>
        </tr>
      ))}
    </tbody>
  </table>
);

const Details = ({ details }: Pick<AuditView, 'details'>): ReactNode =>
  Object.keys(details).length > 0 && (
    <details>
      <summary className="quiet">Details</summary>
      <pre className="details foreign">{JSON.stringify(details, null, 2)}</pre>
    </details>
  );
