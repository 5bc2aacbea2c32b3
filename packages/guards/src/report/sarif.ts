/** SARIF 2.1.0, as code scanning services take it. */
import type { Finding } from '../guard.ts';
import type { Report } from './report.ts';

const LEVEL = { error: 'error', warning: 'warning', note: 'note' } as const;

export const sarif = (report: Report, version: string): object => ({
  $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
  version: '2.1.0',
  runs: [
    {
      tool: {
        driver: {
          name: 'slipway guard',
          semanticVersion: version,
          rules: report.rules.map(({ id, severity, why }) => ({
            id,
            shortDescription: { text: why },
            defaultConfiguration: { level: LEVEL[severity] },
          })),
        },
      },
      columnKind: 'utf16CodeUnits',
      results: [
        ...report.findings.map((finding) => result(finding, report)),
        ...report.suppressed.map(({ finding, reason, until }) => ({
          ...result(finding, report),
          suppressions: [{ kind: 'external', status: 'accepted', justification: `${reason} (until ${until})` }],
        })),
      ],
    },
  ],
});

const result = ({ rule, severity, file, line, column, message, fix }: Finding, { rules }: Report): object => {
  const index = rules.findIndex(({ id }) => id === rule);
  return {
    ruleId: rule,
    ...(index < 0 ? {} : { ruleIndex: index }),
    level: LEVEL[severity],
    message: { text: `${message}. ${fix}` },
    locations: [
      {
        physicalLocation: {
          // Each part by itself: a name may hold what an address may not.
          artifactLocation: { uri: file.split('/').map(encodeURIComponent).join('/') },
          region: { startLine: line, startColumn: column },
        },
      },
    ],
  };
};
