import type { ModulePlan } from '@slipway/contracts/views';
import type { ReactNode } from 'react';
import { Panel } from '../../ui/page.tsx';

const WORDS = { nothing: 'as it was', restart: 'restarted', update: 'updated', install: 'installed' } as const;

/** What the last commit changed, and why each module was or was not updated. */
export const ModulesPanel = ({ modules }: { readonly modules: readonly ModulePlan[] }): ReactNode => (
  <Panel title="Modules of the last commit">
    {modules.length === 0 ? (
      <p className="inside quiet">Known once the commit was built.</p>
    ) : (
      <table className="table folds">
        <thead>
          <tr>
            <th>Module</th>
            <th>Version</th>
            <th>Done</th>
            <th>Why</th>
          </tr>
        </thead>
        <tbody>
          {modules.map(({ name, version, action, why }) => (
            <tr key={name}>
              <td className="mono foreign" data-label="Module">
                {name}
              </td>
              <td className="mono foreign" data-label="Version">
                {version}
              </td>
              <td data-label="Done">
                <span className={`chip ${action === 'nothing' ? '' : 'info'}`}>{WORDS[action]}</span>
              </td>
              <td className="quiet foreign" data-label="Why">
                {why}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    )}
  </Panel>
);
