/** The only file that sees the secret key. The SDK is loaded when a store is opened: most installations have none. */
import type { S3Client } from '@aws-sdk/client-s3';
import type { Secret } from '../../../domain/secret.ts';

export interface S3Settings {
  /** `https://s3.eu-central-1.amazonaws.com`, `https://REF.supabase.co/storage/v1/s3` … */
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  /** Folder inside the bucket, without slashes at its ends; empty: none. */
  readonly prefix: string;
  readonly accessKey: string;
  readonly secretKey: Secret;
  /** Without an answer, or a byte of one, for so long a request counts as lost. */
  readonly timeoutSeconds?: number;
}

const CONNECT_MILLISECONDS = 5000;
/** Tries of the SDK itself: a lost connection must not cost a whole snapshot. */
const TRIES = 4;

export type Sdk = typeof import('@aws-sdk/client-s3');

export const openClient = async (settings: S3Settings): Promise<{ readonly sdk: Sdk; readonly client: S3Client }> => {
  const sdk = await import('@aws-sdk/client-s3');
  const client = new sdk.S3Client({
    endpoint: settings.endpoint,
    region: settings.region,
    // Names of buckets as part of the host need a certificate and a DNS entry that many stores do not have.
    forcePathStyle: true,
    credentials: { accessKeyId: settings.accessKey, secretAccessKey: settings.secretKey.reveal() },
    maxAttempts: TRIES,
    // Trailing checksums of the newer SDKs are refused by many stores; objects carry their own hash.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: CONNECT_MILLISECONDS,
      requestTimeout: (settings.timeoutSeconds ?? 60) * 1000,
      socketTimeout: (settings.timeoutSeconds ?? 60) * 1000,
      throwOnRequestTimeout: true,
    },
  });
  return { sdk, client };
};
