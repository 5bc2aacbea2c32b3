import type { ProjectConfig } from '@slipway/contracts/project-config';
import { jobRegion } from './job.ts';
import { type GeneratedFile, workflow } from './workflow.ts';

export const PROMOTION = 'slipway-promotion.yml';

/** Only of a production that Slipway runs: elsewhere there is nothing that it could deploy to. */
export const promotes = ({ stages: { production } }: ProjectConfig): boolean =>
  production !== undefined && 'target' in production && production.target === 'docker';

/** Reviewers see what would go live before they let it. */
export const promotion = (project: string): GeneratedFile =>
  workflow(
    {
      file: PROMOTION,
      name: 'Slipway promotion',
      says: [
        'Brings what runs on staging to production. Give the environment "production" of this repository required reviewers:',
        'GitHub holds the job until one of them approves. The gates of Slipway, its own approval among them, are judged after that.',
      ],
      on: ['workflow_dispatch:'],
      group: 'slipway-production',
      cancel: false,
    },
    [
      jobRegion({
        id: 'show',
        name: 'What would go live',
        minutes: 15,
        server: true,
        steps: [{ name: 'Show', run: ['slipway promote --dry-run'] }],
      }),
      jobRegion({
        id: 'promote',
        name: 'Promote',
        minutes: 360,
        needs: 'show',
        environment: 'production',
        server: true,
        steps: [{ name: 'Promote', run: ['slipway promote --yes --wait'] }],
      }),
      jobRegion({
        id: 'verify',
        name: 'Verify',
        minutes: 30,
        needs: 'promote',
        server: true,
        steps: [
          { name: 'It is there', run: [`slipway env show ${project}/production --json | jq -e '.state == "live"'`] },
          { name: 'The evidence holds', run: ['slipway evidence verify'] },
        ],
      }),
    ],
  );
