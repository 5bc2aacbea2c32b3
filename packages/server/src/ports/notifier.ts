import type { NotifyChannel } from '@slipway/contracts/notify-config';
import type { Notice } from '../domain/notice.ts';

/** One place that messages go to. Failure: notice-not-sent, whatever the reason; `retryAfter` (seconds) where the other side says it. */
export interface Notifier {
  /** Resolves when the other side has taken it. May be called again with the same notice. */
  send(notice: Notice, signal: AbortSignal): Promise<void>;
}

export interface Notifiers {
  /** With the secrets as they are now. Failure: secret-unknown. */
  open(project: string, channel: NotifyChannel): Promise<Notifier>;
}
