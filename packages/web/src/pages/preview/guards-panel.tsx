import type { GuardSummary } from '@slipway/contracts/guards-views';
import type { ReactNode } from 'react';
import { Panel } from '../../ui/page.tsx';
import { Status } from '../../ui/status.tsx';

const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

const Word = ({ guards }: { readonly guards: GuardSummary }): ReactNode => {
  if (guards.unfinished !== null) return <Status tone="warn">Not checked</Status>;
  if (guards.errors > 0) return <Status tone="bad">{counted(guards.errors, 'error')}</Status>;
  if (guards.warnings > 0) return <Status tone="warn">{counted(guards.warnings, 'warning')}</Status>;
  return <Status tone="good">Nothing found</Status>;
};

/** What is wrong with the repository, from its files alone. */
export const GuardsPanel = ({ guards }: { readonly guards: GuardSummary }): ReactNode => (
  <Panel title="Guards" acts={<Word guards={guards} />}>
    {guards.unfinished !== null && <p className="inside foreign">{guards.unfinished}</p>}
    {guards.first.length > 0 && (
      <ul className="inside stack">
        {guards.first.map(({ severity, rule, file, line, message }) => (
          <li key={`${rule} ${file} ${line}`}>
            <Status tone={severity === 'error' ? 'bad' : severity === 'warning' ? 'warn' : 'off'}>{severity}</Status>{' '}
            <span className="foreign">{message}</span>
            <p className="quiet mono foreign">
              {file}:{line} {rule}
            </p>
          </li>
        ))}
      </ul>
    )}
  </Panel>
);
