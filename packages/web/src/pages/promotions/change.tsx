import type { PromotionView } from '@slipway/contracts/promotion-views';
import { type ReactNode, useState } from 'react';
import { Sha } from '../../ui/copy.tsx';
import { Panel } from '../../ui/page.tsx';
import { Ago } from '../../ui/time.tsx';
import './promotions.css';

const SHOWN = 20;

export const Commits = ({ commits }: Pick<PromotionView, 'commits'>): ReactNode => {
  const [all, setAll] = useState(false);
  const shown = all ? commits : commits.slice(0, SHOWN);
  return (
    <Panel title={commits.length === 0 ? 'Commits' : `Commits: ${commits.length}`}>
      {commits.length === 0 && <p className="inside quiet">Production has them all.</p>}
      <ul className="commits">
        {shown.map(({ sha, subject, author, at }) => (
          <li key={sha}>
            <Sha sha={sha} />
            <span className="foreign">{subject}</span>
            <span className="quiet push foreign">
              {author}, <Ago at={at} />
            </span>
          </li>
        ))}
      </ul>
      {commits.length > shown.length && (
        <div className="inside">
          <button type="button" className="button small" onClick={() => setAll(true)}>
            Show {commits.length - shown.length} more
          </button>
        </div>
      )}
    </Panel>
  );
};

const CHIPS: Readonly<Record<string, string>> = { update: 'info', install: 'good', restart: '', nothing: '' };

export const Modules = ({ change }: Pick<PromotionView, 'change'>): ReactNode => {
  const differ = change.modules.filter(({ action }) => action !== 'nothing');
  return (
    <Panel title={`Modules: ${differ.length}`}>
      <p className="inside foreign">{change.why}</p>
      {differ.length > 0 && (
        <table className="table folds">
          <thead>
            <tr>
              <th>Module</th>
              <th>What</th>
              <th>Why</th>
              <th>Version</th>
            </tr>
          </thead>
          <tbody>
            {differ.map(({ name, action, why, version }) => (
              <tr key={name}>
                <td data-label="Module" className="mono foreign">
                  {name}
                </td>
                <td data-label="What">
                  <span className={`chip ${CHIPS[action] ?? ''}`}>{action}</span>
                </td>
                <td data-label="Why" className="foreign">
                  {why}
                </td>
                <td data-label="Version" className="mono foreign">
                  {version ?? ''}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
};
