import type { StatusView } from '@slipway/contracts/views';
import type { Screen } from '../output/screen.ts';
import { type Cell, facts, table } from '../output/table.ts';
import { age } from '../output/time.ts';
import { previewTable } from './preview.ts';

const part = (ok: boolean, text: string): Cell => ({ text, colour: ok ? 'green' : 'red' });

const projectTable = (projects: StatusView['projects'], screen: Screen): string =>
  table(
    screen,
    [
      { title: 'PROJECT' },
      { title: 'ODOO' },
      { title: 'LIVE', right: true },
      { title: 'QUEUED', right: true },
      { title: 'SOURCE', elastic: true },
    ],
    projects.map((project) => [
      project.name,
      project.series,
      `${project.live} of ${project.max}`,
      String(project.queued),
      project.source,
    ]),
  );

export const statusText = (status: StatusView, screen: Screen): string => {
  const { database, docker, edge } = status;
  const version = database.version === null ? '' : ` ${database.version}`;
  const head = facts(screen, [
    ['Slipway', `${status.version}, instance ${status.instance}, started ${age(status.startedAt, screen.now)}`],
    ['Dashboard', part(edge.listening, `${edge.url}${edge.listening ? '' : ' (the edge does not listen)'}`)],
    [
      'PostgreSQL',
      part(
        database.ok,
        `${database.ok ? 'answers' : 'does not answer'}${version}${database.managed ? ', run by Slipway' : ''}`,
      ),
    ],
    [
      'Docker',
      part(
        docker.ok,
        `${docker.ok ? 'answers' : 'does not answer'}${docker.version === null ? '' : ` ${docker.version}`}`,
      ),
    ],
  ]);
  const projects =
    status.projects.length === 0
      ? 'No projects. Run `slipway up` next to a slipway.yaml.'
      : projectTable(status.projects, screen);
  const previews =
    status.previews.length === 0
      ? 'No previews. Open one: slipway preview open --pr 1 --ref <branch>'
      : previewTable(status.previews, screen);
  return [head, projects, previews].join('\n\n');
};
