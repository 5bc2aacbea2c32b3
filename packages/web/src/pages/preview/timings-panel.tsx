import type { ReactNode } from 'react';
import { Panel } from '../../ui/page.tsx';
import { Duration } from '../../ui/time.tsx';
import { kindWords } from '../board/words.ts';

/** Where the time of the last run went. */
export const TimingsPanel = ({ timings }: { readonly timings: Readonly<Record<string, number>> }): ReactNode => {
  const { total, ...steps } = timings;
  const rows = Object.entries(steps).sort(([, one], [, other]) => other - one);
  const longest = rows[0]?.[1] ?? 1;
  if (rows.length === 0) return null;
  return (
    <Panel title="Timings" acts={total === undefined ? null : <Duration milliseconds={total} />}>
      <ul className="inside stack">
        {rows.map(([name, milliseconds]) => (
          <li key={name}>
            <div className="row">
              <span className="foreign">{kindWords(name)}</span>
              <span className="push">
                <Duration milliseconds={milliseconds} />
              </span>
            </div>
            <div className="progress" aria-hidden="true">
              <span style={{ transform: `scaleX(${Math.max(milliseconds / longest, 0.01)})` }} />
            </div>
          </li>
        ))}
      </ul>
    </Panel>
  );
};
