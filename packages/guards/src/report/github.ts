/** Annotations of GitHub Actions: one workflow command per line, so that no text of a stranger can be one of its own. */
import type { Report } from './report.ts';

const LEVEL = { error: 'error', warning: 'warning', note: 'notice' } as const;
const data = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

export const githubAnnotations = ({ findings }: Report): string =>
  findings
    .map(
      ({ severity, file, line, column, rule, message, fix }) =>
        `::${LEVEL[severity]} file=${property(file)},line=${line},col=${column},title=${property(rule)}::${data(`${message}. ${fix}`)}`,
    )
    .join('\n');
