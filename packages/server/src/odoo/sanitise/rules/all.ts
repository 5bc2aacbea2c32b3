import { attachmentRules } from './attachments.ts';
import { NAMED_COLUMNS } from './columns.ts';
import { KEPT_COLUMNS } from './kept-columns.ts';
import { PATTERNS } from './patterns.ts';
import type { Rule } from './rule.ts';

/** In the order in which they are asked; the last one takes everything. */
export const rulesWith = (keepAttachments: readonly string[]): readonly Rule[] => [
  ...NAMED_COLUMNS,
  ...KEPT_COLUMNS,
  ...attachmentRules(keepAttachments),
  ...PATTERNS,
];
