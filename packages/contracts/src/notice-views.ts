import { z } from 'zod';
import { noticeKind } from './notify-config.ts';

/** One message to one channel. Times are ISO 8601. */
export const noticeView = z.object({
  id: z.string(),
  project: z.string(),
  channel: z.string(),
  kind: noticeKind,
  title: z.string(),
  state: z.enum(['waiting', 'sent', 'given-up']),
  attempts: z.int(),
  /** Why the last attempt failed. */
  error: z.string().nullable(),
  createdAt: z.string(),
  sentAt: z.string().nullable(),
  /** Of one that waits. */
  nextAttemptAt: z.string().nullable(),
});
export type NoticeView = z.infer<typeof noticeView>;

/** What became of a message that was sent to see whether it arrives. */
export const noticeTest = z.object({
  channel: z.string(),
  kind: z.string(),
  ok: z.boolean(),
  error: z.string().nullable(),
});
export type NoticeTest = z.infer<typeof noticeTest>;
