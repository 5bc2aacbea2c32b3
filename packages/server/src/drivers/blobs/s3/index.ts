import type { S3Client } from '@aws-sdk/client-s3';
import type { BlobStore } from '../../../ports/blob-store.ts';
import { checkName } from '../../shared/blob-name.ts';
import { openClient, type S3Settings, type Sdk } from './client.ts';
import { asStoreFailure, isMissing } from './failures.ts';

/** Parts of a large blob; S3 takes 5 MiB to 5 GiB each and 10,000 of them. */
const PART_BYTES = 16 * 1024 * 1024;

export type { S3Settings } from './client.ts';

interface Bucket {
  readonly sdk: Sdk;
  readonly client: S3Client;
  readonly name: string;
  /** For people. */
  readonly label: string;
  readonly key: (name: string) => string;
}

/** Any S3-compatible store. S3 itself shows a blob only when it is whole. */
export const openS3Store = async (settings: S3Settings): Promise<BlobStore & { end(): void }> => {
  const { sdk, client } = await openClient(settings);
  const folder = settings.prefix === '' ? '' : `${settings.prefix}/`;
  const label = `${settings.endpoint}/${settings.bucket}${settings.prefix === '' ? '' : `/${settings.prefix}`}`;
  const bucket: Bucket = { sdk, client, name: settings.bucket, label, key: (name) => folder + checkName(name) };
  const guarded = <T>(blob: string, work: () => Promise<T>): Promise<T> => orFailure(label, blob, work);
  return {
    kind: 's3',
    put: (name, content) => guarded(name, () => put(bucket, bucket.key(name), content)),
    get: (name) =>
      guarded(name, async () => {
        const chunks: Buffer[] = [];
        for await (const chunk of stream(bucket, name)) chunks.push(chunk);
        return Buffer.concat(chunks);
      }),
    stream: (name) => stream(bucket, name),
    size: (name) => guarded(name, () => sizeOf(bucket, name)),
    list: (prefix) => list(bucket, folder, prefix),
    remove: (name) =>
      guarded(name, async () => {
        const gone = client.send(new sdk.DeleteObjectCommand({ Bucket: bucket.name, Key: bucket.key(name) }));
        // S3 answers success for what is not there; some stores answer 404.
        await gone.catch((error: unknown) => {
          if (!isMissing(error)) throw error;
        });
      }),
    end: () => client.destroy(),
  };
};

const put = async (
  bucket: Bucket,
  key: string,
  content: Buffer | AsyncIterable<Buffer>,
): Promise<{ bytes: number }> => {
  if (Buffer.isBuffer(content)) return putWhole(bucket, key, content);
  const parts = partsOf(content)[Symbol.asyncIterator]();
  const first = await parts.next();
  const second = await parts.next();
  if (second.done) return putWhole(bucket, key, first.done ? Buffer.alloc(0) : first.value);
  return putParts(bucket, key, { first: first.value as Buffer, second: second.value, rest: parts });
};

const putWhole = async ({ sdk, client, name }: Bucket, key: string, content: Buffer): Promise<{ bytes: number }> => {
  await client.send(new sdk.PutObjectCommand({ Bucket: name, Key: key, Body: content, ContentLength: content.length }));
  return { bytes: content.length };
};

interface Parts {
  readonly first: Buffer;
  readonly second: Buffer;
  readonly rest: AsyncIterator<Buffer>;
}

const putParts = async ({ sdk, client, name }: Bucket, key: string, parts: Parts): Promise<{ bytes: number }> => {
  const { UploadId } = await client.send(new sdk.CreateMultipartUploadCommand({ Bucket: name, Key: key }));
  const upload = { Bucket: name, Key: key, UploadId };
  const done: { ETag: string | undefined; PartNumber: number }[] = [];
  let bytes = 0;
  const send = async (part: Buffer): Promise<void> => {
    const PartNumber = done.length + 1;
    const answer = await client.send(new sdk.UploadPartCommand({ ...upload, PartNumber, Body: part }));
    done.push({ ETag: answer.ETag, PartNumber });
    bytes += part.length;
  };
  try {
    await send(parts.first);
    await send(parts.second);
    for (let next = await parts.rest.next(); !next.done; next = await parts.rest.next()) await send(next.value);
    await client.send(new sdk.CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: done } }));
    return { bytes };
  } catch (error) {
    // Parts of an upload that is never completed are invisible, and paid for.
    await client.send(new sdk.AbortMultipartUploadCommand(upload)).catch(() => undefined);
    throw error;
  }
};

async function* partsOf(content: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  let held: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of content) {
    held.push(chunk);
    bytes += chunk.length;
    if (bytes < PART_BYTES) continue;
    yield Buffer.concat(held);
    held = [];
    bytes = 0;
  }
  if (bytes > 0) yield Buffer.concat(held);
}

async function* stream({ sdk, client, name: Bucket, label, key }: Bucket, name: string): AsyncIterable<Buffer> {
  try {
    const { Body, ContentLength } = await client.send(new sdk.GetObjectCommand({ Bucket, Key: key(name) }));
    let bytes = 0;
    for await (const chunk of Body as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      yield chunk;
    }
    if (ContentLength !== undefined && bytes !== ContentLength)
      throw new Error(`the answer ended after ${bytes} of ${ContentLength} bytes`);
  } catch (error) {
    throw asStoreFailure(label, name, error);
  }
}

const sizeOf = async ({ sdk, client, name: Bucket, key }: Bucket, name: string): Promise<number | null> => {
  try {
    return (await client.send(new sdk.HeadObjectCommand({ Bucket, Key: key(name) }))).ContentLength ?? 0;
  } catch (error) {
    // A HEAD has no body, so "no such bucket" looks the same: only a list tells them apart.
    if (!isMissing(error)) throw error;
    await client.send(new sdk.ListObjectsV2Command({ Bucket, MaxKeys: 1, Prefix: key(name) }));
    return null;
  }
};

async function* list(
  { sdk, client, name, label }: Bucket,
  folder: string,
  prefix: string,
): ReturnType<BlobStore['list']> {
  let from: string | undefined;
  do {
    const page = await orFailure(label, prefix, () =>
      client.send(new sdk.ListObjectsV2Command({ Bucket: name, Prefix: folder + prefix, ContinuationToken: from })),
    );
    for (const { Key = '', Size = 0, LastModified } of page.Contents ?? [])
      yield { name: Key.slice(folder.length), bytes: Size, modifiedAt: (LastModified ?? new Date(0)).toISOString() };
    from = page.IsTruncated === true ? page.NextContinuationToken : undefined;
  } while (from !== undefined);
}

const orFailure = async <T>(store: string, blob: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    throw asStoreFailure(store, blob, error);
  }
};
