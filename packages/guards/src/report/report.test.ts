import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { expect, it } from 'vitest';
import { githubAnnotations } from './github.ts';
import type { Report } from './report.ts';
import { sarif } from './sarif.ts';

const finding = {
  rule: 'manifests/bad',
  severity: 'note',
  file: 'a b/c:d,\n#é.py',
  line: 3,
  column: 7,
  message: 'bad\n::error::x 100%',
  fix: 'Mend it.',
} as const;
const REPORT: Report = {
  ok: true,
  files: 1,
  guards: [],
  findings: [finding],
  suppressed: [
    { finding: { ...finding, rule: 'manifests/other', severity: 'error' }, reason: 'known', until: '2026-01-01' },
  ],
  rules: [{ id: 'manifests/bad', severity: 'note', why: 'Because.' }],
};

it('SARIF is what the schema of its makers takes, and names a file by an address', () => {
  const schema = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../../../test/fixtures/sarif/sarif-2.1.0-rtm.5.json'), 'utf8'),
  );
  // Draft 4 in all that counts here, which the validator does not name any more.
  const { $schema: _, id: __, ...rules } = schema;
  const ajv = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false });
  const validate = ajv.compile(rules);
  const log = JSON.parse(JSON.stringify(sarif(REPORT, '1.2.3')));

  expect(validate(log), JSON.stringify(validate.errors)).toBe(true);
  expect(validate({ ...log, runs: [{ tool: {} }] })).toBe(false);
  const [shown, hidden] = log.runs[0].results;
  expect(shown).toMatchObject({ ruleId: 'manifests/bad', ruleIndex: 0, level: 'note' });
  expect(shown.locations[0].physicalLocation).toEqual({
    artifactLocation: { uri: 'a%20b/c%3Ad%2C%0A%23%C3%A9.py' },
    region: { startLine: 3, startColumn: 7 },
  });
  expect(hidden.suppressions).toEqual([
    { kind: 'external', status: 'accepted', justification: 'known (until 2026-01-01)' },
  ]);
});

it('an annotation is one line, whatever a finding says', () => {
  expect(githubAnnotations(REPORT)).toBe(
    '::notice file=a b/c%3Ad%2C%0A#é.py,line=3,col=7,title=manifests/bad::bad%0A::error::x 100%25. Mend it.',
  );
});
