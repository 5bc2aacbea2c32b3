import { type ReactNode, useState } from 'react';
import { useRead } from '../../api/api.ts';
import { Panel } from '../../ui/page.tsx';
import { Empty, Loaded } from '../../ui/states.tsx';
import { Ago } from '../../ui/time.tsx';
import { type ChosenSecret, RemoveSecret, SetSecret } from './secret-dialogs.tsx';

/** They go in and never come out: what is shown are names. */
export const Secrets = ({ project }: { readonly project: string }): ReactNode => {
  const secrets = useRead('secrets', { parameters: { project } });
  const [setting, setSetting] = useState<ChosenSecret | null>(null);
  const [removing, setRemoving] = useState<ChosenSecret | null>(null);
  return (
    <Panel
      title="Secrets"
      acts={
        <button type="button" className="button small" onClick={() => setSetting({ name: '', stage: 'staging' })}>
          Set a secret
        </button>
      }
    >
      <Loaded query={secrets} rows={3}>
        {(known) =>
          known.length === 0 ? (
            <Empty title="No secrets">
              <p>Passwords and keys that Odoo gets as variables, for one stage each.</p>
            </Empty>
          ) : (
            <table className="table folds">
              <thead>
                <tr>
                  {['Name', 'Stage', 'Version', 'Set'].map((word) => (
                    <th key={word}>{word}</th>
                  ))}
                  <th>
                    <span className="hidden-word">Acts</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {known.map(({ name, stage, version, updatedAt, updatedBy }) => (
                  <tr key={`${stage} ${name}`}>
                    <td data-label="Name" className="mono foreign">
                      {name}
                    </td>
                    <td data-label="Stage">{stage}</td>
                    <td data-label="Version">{version}</td>
                    <td data-label="Set" className="foreign">
                      <span>
                        <Ago at={updatedAt} /> by {updatedBy}
                      </span>
                    </td>
                    <td>
                      <span className="row">
                        <button type="button" className="button small" onClick={() => setSetting({ name, stage })}>
                          Replace<span className="hidden-word"> {name}</span>
                        </button>
                        <button
                          type="button"
                          className="button small danger"
                          onClick={() => setRemoving({ name, stage })}
                        >
                          Remove
                          <span className="hidden-word">
                            {' '}
                            {name} of {stage}
                          </span>
                        </button>
                      </span>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )
        }
      </Loaded>
      {setting !== null && <SetSecret project={project} chosen={setting} onClose={() => setSetting(null)} />}
      {removing !== null && <RemoveSecret project={project} chosen={removing} onClose={() => setRemoving(null)} />}
    </Panel>
  );
};
