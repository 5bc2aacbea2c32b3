/** The process of index.ts: reads one folder, says what the guards found, and ends. It holds no secret and starts no program. */
import { writeFileSync } from 'node:fs';
import { readTree } from '@slipway/guards/folder-tree';
import { GUARDS } from '@slipway/guards/registry';
import { boundedReport } from '@slipway/guards/report/bounded';
import { Reporter } from '@slipway/guards/report/report';
import { summaryOf } from '@slipway/guards/report/summary';
import { reportLines } from '@slipway/guards/report/text';
import { runGuards } from '@slipway/guards/run-guards';
import type { CheckReport } from '../../../ports/repository-checks.ts';

const [, , folder = '', today = '', niceness = ''] = process.argv;

/** Where memory runs short this ends before anybody's Odoo; a session has a share of its own of the processor, whatever its processes have. */
for (const [file, value] of [
  ['oom_score_adj', '1000'],
  ['autogroup', niceness],
] as const)
  try {
    writeFileSync(`/proc/self/${file}`, value);
  } catch {
    // A kernel without it, or one that does not let us: then it is as for every program.
  }

const tree = await readTree(folder);
const reporter = new Reporter();
for await (const event of runGuards({ tree, today, guards: GUARDS })) reporter.take(event);
const report = reporter.report(tree.files.length, GUARDS);
const bounded = boundedReport(report);
const answer: CheckReport = {
  summary: summaryOf(report),
  json: `${JSON.stringify(bounded, null, 2)}\n`,
  text: reportLines(bounded),
};
process.stdout.write(JSON.stringify(answer));
