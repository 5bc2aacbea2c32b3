import type { Exchange } from '../proxy/exchange.ts';

/** Reads the request's body into `exchange.body`, to be looked at and then sent on. Left null when it is longer than that, or compressed. */
export function keepBody(
  exchange: Exchange,
  { bytes, stallMs }: { readonly bytes: number; readonly stallMs: number },
): Promise<'done' | 'gone'> {
  const { req, res, expectsContinue } = exchange;
  const length = Number(req.headers['content-length'] ?? 0);
  if (exchange.body !== null || length > bytes || req.headers['content-encoding'] !== undefined)
    return Promise.resolve('done');
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let read = 0;
    const leave = (how: 'done' | 'gone'): void => {
      clearTimeout(stalled);
      req.off('data', onData).off('end', onEnd);
      res.off('close', onClose);
      resolve(how);
    };
    const onData = (part: Buffer): void => {
      stalled.refresh();
      read += part.length;
      if (read > bytes) leave('done');
      else parts.push(part);
    };
    const onEnd = (): void => {
      exchange.body = Buffer.concat(parts);
      leave('done');
    };
    const onClose = (): void => leave('gone');
    const stalled = setTimeout(() => res.destroy(), stallMs);
    res.once('close', onClose);
    if (expectsContinue) res.writeContinue();
    req.on('data', onData).once('end', onEnd);
  });
}
