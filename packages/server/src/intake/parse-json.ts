import { Failure } from '@slipway/contracts/failure';

/** GitHub's largest recorded delivery has some thousand. A parsed value takes up to 56 bytes, so ten megabytes of brackets would take half a gigabyte. */
const MOST_VALUES = 2_000_000;
const OPENERS = new Set([...'{[,'].map((sign) => sign.charCodeAt(0)));

/** Failures: payload-invalid, without any of the text in it: it may hold what is nobody's business; payload-too-large. */
export const parseJson = (body: Uint8Array): unknown => {
  if (body.length > MOST_VALUES && countOpeners(body) > MOST_VALUES)
    throw new Failure('payload-too-large', { limit: `${MOST_VALUES} values` });
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (error) {
    throw new Failure('payload-invalid', { reason: 'it is not JSON' }, error);
  }
};

/** At most so many values are in it; signs within texts are counted, too. */
const countOpeners = (body: Uint8Array): number => {
  let count = 0;
  for (const byte of body) if (OPENERS.has(byte)) count++;
  return count;
};
