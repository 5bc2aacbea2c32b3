import type { SourceEvent } from '../../domain/event.ts';
import { parseJson } from '../parse-json.ts';
import { type Ignored, parseDelivery } from './parse-delivery.ts';

/** A delivery as it was stored: the bytes that were signed, unchanged. */
export interface StoredDelivery {
  /** X-GitHub-Delivery. */
  readonly id: string;
  /** X-GitHub-Event. */
  readonly event: string;
  /** `owner/name`; null for an organisation's or an App's own event. */
  readonly repository: string | null;
  readonly receivedAt: Date;
  readonly body: Uint8Array;
}

/** Stored bytes to event. The same delivery gives the same event however often it is asked. Failure: payload-invalid. */
export const processDelivery = (delivery: Pick<StoredDelivery, 'event' | 'body'>): SourceEvent | Ignored =>
  parseDelivery(delivery.event, parseJson(delivery.body));
