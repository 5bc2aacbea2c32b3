import { Failure } from '@slipway/contracts/failure';

/** Failure: payload-invalid, without any of the text in it: it may hold what is nobody's business. */
export const parseJson = (body: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (error) {
    throw new Failure('payload-invalid', { reason: 'it is not JSON' }, error);
  }
};
