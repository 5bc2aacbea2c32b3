/** What stands for `:name` in the paths of routes, for docs/reference/openapi.json. */
export const PATH_PARAMETERS: Readonly<Record<string, { readonly says: string; readonly example: string | number }>> = {
  project: { says: 'Name of a project, as slipway.yaml has it.', example: 'shop' },
  number: { says: 'Number of a pull request: 1 to 999999999.', example: 12 },
  environment: {
    says: 'Name of an environment, `<project>/<name>`, as one segment of the path: its slash is written %2F.',
    example: 'shop/pr-12',
  },
  run: { says: 'Id of a run: `run_` and letters and digits.', example: 'run_01K1Z0Q8' },
  build: { says: 'Id of a build: `bld_` and letters and digits.', example: 'bld_01K1Z0Q8' },
  mail: { says: 'Id of a caught mail.', example: 'mail_01K1Z0Q8' },
  index: { says: 'Which attachment, counted from 0.', example: 0 },
  snapshot: { says: 'Id of a snapshot or backup.', example: 'snap_01K1Z0Q8' },
  promotion: { says: 'Id of a promotion.', example: 'prm_01K1Z0Q8' },
  rehearsal: { says: 'Id of a rehearsal, which is that of its run.', example: 'run_01K1Z0Q8' },
  stage: { says: 'development, preview, staging or production.', example: 'preview' },
  name: { says: 'A name: of a secret (A-Z, 0-9 and _), or of a token.', example: 'SMTP_PASSWORD' },
};
