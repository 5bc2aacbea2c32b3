import type { EnvironmentVariables, VariableNow } from '@slipway/contracts/environment-views';
import { permissionOfStage } from '@slipway/contracts/permissions';
import { type ReactNode, useState } from 'react';
import { useRead } from '../../api/api.ts';
import { useMay } from '../../api/me.ts';
import { Sha } from '../../ui/copy.tsx';
import { Panel } from '../../ui/page.tsx';
import { Loaded } from '../../ui/states.tsx';
import { RemoveSecret, SetSecret } from '../settings/secret-dialogs.tsx';

interface Of {
  readonly project: string;
  readonly environment: string;
  readonly stage: string;
}

/** What the containers are given. Values come from slipway.yaml and are changed there; those of secrets go in here and never come out. */
export const Variables = (of: Of): ReactNode => {
  const may = useMay(of.project)(permissionOfStage(of.stage));
  if (!may) return null;
  return <Shown {...of} />;
};

const Shown = ({ project, environment, stage }: Of): ReactNode => {
  const query = useRead('environmentVariables', { parameters: { environment } });
  const maySet = useMay(project)('settings');
  const [setting, setSetting] = useState<string | null>(null);
  const [removing, setRemoving] = useState<string | null>(null);
  const acts = maySet ? { onSet: setSetting, onRemove: setRemoving } : null;
  return (
    <Panel
      title="Variables and secrets"
      acts={
        maySet && (
          <button type="button" className="button small" onClick={() => setSetting('')}>
            Set a secret
          </button>
        )
      }
    >
      <Loaded query={query} rows={3}>
        {(told) => <Told told={told} acts={acts} />}
      </Loaded>
      {setting !== null && (
        <SetSecret project={project} chosen={{ name: setting, stage }} onClose={() => setSetting(null)} />
      )}
      {removing !== null && (
        <RemoveSecret project={project} chosen={{ name: removing, stage }} onClose={() => setRemoving(null)} />
      )}
    </Panel>
  );
};

interface Acts {
  onSet(name: string): void;
  onRemove(name: string): void;
}

const Told = ({ told, acts }: { readonly told: EnvironmentVariables; readonly acts: Acts | null }): ReactNode => (
  <>
    <p className="inside quiet">
      As slipway.yaml{' '}
      {told.sha === null ? (
        'of the project'
      ) : (
        <>
          of <Sha sha={told.sha} />
        </>
      )}{' '}
      says. Values are changed there; a secret holds from the next deployment on.
    </p>
    {told.variables.length === 0 ? (
      <p className="inside quiet">It names none for this stage.</p>
    ) : (
      <table className="table folds">
        <thead>
          <tr>
            <th>Name</th>
            <th>Value</th>
            <th>From</th>
            {acts !== null && (
              <th>
                <span className="hidden-word">Acts</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {told.variables.map((variable) => (
            <Row key={variable.name} variable={variable} acts={acts} />
          ))}
        </tbody>
      </table>
    )}
  </>
);

const SOURCES = {
  file: 'slipway.yaml',
  'secret-store': 'Secret',
  ci: 'CI',
  runtime: 'The platform',
} as const;

const Value = ({ variable }: { readonly variable: VariableNow }): ReactNode => {
  const { secret, given, value, required, source, default: fallback } = variable;
  if (!given && required && (secret || source === 'file')) return <span className="chip bad">missing</span>;
  if (secret) return <span className={`chip ${given ? 'good' : ''}`}>{given ? 'set' : 'not set'}</span>;
  if (value !== null) return <code className="foreign">{value}</code>;
  if (fallback === null) return <span className="quiet">none</span>;
  return (
    <span>
      <code className="foreign">{fallback}</code> <span className="quiet">by default</span>
    </span>
  );
};

const Row = ({ variable, acts }: { readonly variable: VariableNow; readonly acts: Acts | null }): ReactNode => {
  const { name, says, secret, given, handed, source } = variable;
  const hidden = <span className="hidden-word"> {name}</span>;
  return (
    <tr>
      <td data-label="Name">
        <span>
          <span className="mono foreign">{name}</span>
          {says !== '' && <span className="quiet foreign"> {says}</span>}
        </span>
      </td>
      <td data-label="Value">
        <Value variable={variable} />
      </td>
      <td data-label="From">
        <span>
          {SOURCES[source]}
          {!handed && <span className="quiet">, not handed to Odoo</span>}
        </span>
      </td>
      {acts !== null && (
        <td>
          {secret && (
            <span className="row">
              <button type="button" className="button small" onClick={() => acts.onSet(name)}>
                {given ? 'Replace' : 'Set'}
                {hidden}
              </button>
              {given && (
                <button type="button" className="button small danger" onClick={() => acts.onRemove(name)}>
                  Remove{hidden}
                </button>
              )}
            </span>
          )}
        </td>
      )}
    </tr>
  );
};
