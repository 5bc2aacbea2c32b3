import type { ReactNode } from 'react';
import { Link, Redirect } from 'wouter';
import { useRead } from '../api/api.ts';
import { useTitle } from '../shell/announce.ts';
import { projectPath } from '../shell/project.ts';
import { PageHeader } from '../ui/page.tsx';
import { Empty, Loaded } from '../ui/states.tsx';

/** All projects. Who has only one is there already. */
export const ProjectsPage = (): ReactNode => {
  useTitle('Projects');
  return (
    <Loaded query={useRead('projects', {})}>
      {(projects) => {
        const [first] = projects;
        if (first !== undefined && projects.length === 1) return <Redirect to={projectPath(first.name)} replace />;
        return (
          <>
            <PageHeader title="Projects" />
            {first === undefined ? (
              <Empty title="There is no project yet">
                <p>In your Odoo repository, on the machine where Slipway runs:</p>
                <pre>{'slipway init\nslipway up'}</pre>
              </Empty>
            ) : (
              <ul className="panel divided">
                {projects.map(({ name, repository, role, stages }) => (
                  <li key={name} className="row wrap inside">
                    <Link href={projectPath(name)} className="foreign project-name">
                      {name}
                    </Link>
                    <span className="quiet foreign cut">{repository}</span>
                    <span className="row push">
                      {stages.production && <span className="chip good">production</span>}
                      {stages.staging && <span className="chip info">staging</span>}
                      {role !== null && <span className="quiet">{role}</span>}
                    </span>
                  </li>
                ))}
              </ul>
            )}
          </>
        );
      }}
    </Loaded>
  );
};
