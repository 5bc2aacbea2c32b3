/** The only file of this driver that looks into a secret: to see whether two are the same. */
import { createHash } from 'node:crypto';
import type { Secret } from '../../../domain/secret.ts';

export const fingerprint = (secret: Secret): string => createHash('sha256').update(secret.reveal()).digest('hex');
