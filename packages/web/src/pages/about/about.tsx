import type { StatusView } from '@slipway/contracts/views';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useRead } from '../../api/api.ts';
import { useMe } from '../../api/me.ts';
import { useTitle } from '../../shell/announce.ts';
import { projectPath } from '../../shell/project.ts';
import { CopyButton } from '../../ui/copy.tsx';
import { PageHeader, Panel } from '../../ui/page.tsx';
import { Loaded } from '../../ui/states.tsx';
import { Status } from '../../ui/status.tsx';
import { Ago } from '../../ui/time.tsx';
import { Doctor } from './doctor.tsx';

/** What runs here, and whether what it stands on answers. */
export const AboutPage = (): ReactNode => {
  useTitle('About');
  return (
    <>
      <PageHeader title="About this installation" />
      <Loaded query={useRead('status', {})}>{(status) => <Body status={status} />}</Loaded>
    </>
  );
};

const Body = ({ status }: { readonly status: StatusView }): ReactNode => {
  const me = useMe();
  return (
    <div className="columns">
      {me?.installation === true ? (
        <Doctor />
      ) : (
        <Panel title="Health">
          <Health status={status} />
        </Panel>
      )}
      <div>
        <Panel title="Slipway">
          <dl className="facts inside">
            <dt>Version</dt>
            <dd className="mono">{status.version}</dd>
            <dt>Installation</dt>
            <dd className="mono foreign">{status.instance}</dd>
            <dt>Runs since</dt>
            <dd>
              <Ago at={status.startedAt} />
            </dd>
            <dt>Edge</dt>
            <dd className="row">
              <span className="foreign">{status.edge.url}</span>
              <CopyButton text={status.edge.url} label="Copy address of the edge" />
            </dd>
            <dt>PostgreSQL</dt>
            <dd className="foreign">
              {status.database.version ?? 'does not answer'}
              {status.database.managed && ', kept by Slipway'}
            </dd>
            <dt>Docker</dt>
            <dd className="foreign">{status.docker.version ?? 'does not answer'}</dd>
            <dt>Licence</dt>
            <dd>AGPL-3.0-or-later</dd>
          </dl>
        </Panel>
        <Panel title="Projects">
          <ul className="inside stack">
            {status.projects.map(({ name, series, live, max, queued }) => (
              <li key={name} className="row wrap">
                <Link href={projectPath(name)} className="foreign">
                  {name}
                </Link>
                <span className="quiet">
                  Odoo {series}, {live} of {max} previews awake, {queued} waiting
                </span>
              </li>
            ))}
            {status.projects.length === 0 && <li className="quiet">None yet.</li>}
          </ul>
        </Panel>
      </div>
    </div>
  );
};

const Health = ({ status: { edge, database, docker } }: { readonly status: StatusView }): ReactNode => {
  const rows: readonly (readonly [word: string, ok: boolean, says: string])[] = [
    ['Edge', edge.listening, edge.url],
    [
      'PostgreSQL',
      database.ok,
      `${database.version ?? 'does not answer'}${database.managed ? ', kept by Slipway' : ''}`,
    ],
    ['Docker', docker.ok, docker.version ?? 'does not answer'],
  ];
  return (
    <table className="table">
      <tbody>
        {rows.map(([word, ok, says]) => (
          <tr key={word}>
            <th scope="row">{word}</th>
            <td>
              <Status tone={ok ? 'good' : 'bad'}>{ok ? 'Well' : 'Not well'}</Status>
            </td>
            <td className="foreign">{says}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
};
