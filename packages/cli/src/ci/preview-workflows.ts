import { jobRegion } from './job.ts';
import { expression } from './text.ts';
import { type GeneratedFile, workflow } from './workflow.ts';

/** Forks have no secrets, and their code is not deployed without a maintainer's word. */
const SAME_REPOSITORY = 'github.event.pull_request.head.repo.full_name == github.repository';
const PULL = { NUMBER: expression('github.event.pull_request.number') };
const PREVIEW_GROUP = `slipway-preview-${expression('github.event.pull_request.number')}`;
export const UNLESS_WEBHOOKS =
  'Not needed where GitHub sends its webhooks to Slipway: then Slipway does this by itself.';

export const previewOpen = (): GeneratedFile =>
  workflow(
    {
      file: 'slipway-preview-open.yml',
      name: 'Slipway preview open',
      says: ['Opens a preview of a pull request, or moves it to a newer commit.', UNLESS_WEBHOOKS],
      on: [
        'pull_request:',
        '  types: [opened, synchronize, reopened]',
        '  paths-ignore: ["docs/**", "**/*.md", ".env.example"]',
      ],
      group: PREVIEW_GROUP,
      cancel: true,
    },
    [
      jobRegion({
        id: 'open',
        name: 'Open preview',
        minutes: 90,
        condition: SAME_REPOSITORY,
        server: true,
        steps: [
          {
            name: 'Open',
            env: {
              ...PULL,
              BRANCH: expression('github.event.pull_request.head.ref'),
              BASE: expression('github.event.pull_request.base.ref'),
            },
            run: ['slipway preview open --ref="$BRANCH" --pr="$NUMBER" --base="$BASE" --wait'],
          },
          {
            name: 'Say where it is',
            env: PULL,
            run: [
              'url=$(slipway preview show "$NUMBER" --json | jq -r .url)',
              'echo "Preview: $url" >> "$GITHUB_STEP_SUMMARY"',
            ],
          },
        ],
      }),
    ],
  );

export const previewClose = (): GeneratedFile =>
  workflow(
    {
      file: 'slipway-preview-close.yml',
      name: 'Slipway preview close',
      says: ['Removes the preview of a pull request that was closed.', UNLESS_WEBHOOKS],
      on: ['pull_request:', '  types: [closed]'],
      group: PREVIEW_GROUP,
      cancel: true,
    },
    [
      jobRegion({
        id: 'close',
        name: 'Close preview',
        minutes: 30,
        condition: SAME_REPOSITORY,
        server: true,
        steps: [
          {
            name: 'Close; 3 means that there was none',
            env: PULL,
            run: ['slipway preview close "$NUMBER" --yes || [ $? -eq 3 ]'],
          },
        ],
      }),
    ],
  );
