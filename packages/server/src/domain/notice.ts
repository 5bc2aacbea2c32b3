import type { NoticeKind } from '@slipway/contracts/notify-config';

/** Something that people are told. It holds names, times and ids: never a secret, a line of a log, or data of a customer. */
export interface Notice {
  /** The same for each attempt to send it: who gets it twice knows it by this. */
  readonly id: string;
  readonly kind: NoticeKind;
  /** `open`: it goes on until one with the same subject says that it is `over`. */
  readonly phase: 'news' | 'open' | 'over';
  readonly severity: 'info' | 'warning' | 'critical';
  readonly project: string;
  /** What it is about; the same for the beginning and the end of one trouble. */
  readonly subject: string;
  /** One sentence. */
  readonly title: string;
  readonly facts: Readonly<Record<string, string>>;
  /** ISO 8601. */
  readonly at: string;
}
