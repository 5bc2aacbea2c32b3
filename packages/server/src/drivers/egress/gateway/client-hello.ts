/** Reads the name that a TLS client says it wants, from its first bytes, without taking part. */

export type Hello =
  | { readonly kind: 'more' }
  /** Not TLS: another protocol, which the list may allow. */
  | { readonly kind: 'other' }
  | { readonly kind: 'tls'; readonly name: string | null };

const HANDSHAKE = 0x16;
const CLIENT_HELLO = 0x01;
const SERVER_NAME = 0;

/** `bytes`: what has come so far. */
export const readHello = (bytes: Buffer): Hello => {
  if (bytes.length === 0) return { kind: 'more' };
  if (bytes[0] !== HANDSHAKE) return { kind: 'other' };
  const { body, whole } = handshakeIn(bytes);
  if (body.length > 0 && body[0] !== CLIENT_HELLO) return { kind: 'tls', name: null };
  const length = body.length < 4 ? Number.POSITIVE_INFINITY : body.readUIntBE(1, 3);
  if (body.length >= 4 + length) return { kind: 'tls', name: nameIn(body.subarray(4, 4 + length)) };
  return whole ? { kind: 'tls', name: null } : { kind: 'more' };
};

/** A hello may be spread over several records. `whole`: something else follows, so that no more of it can come. */
const handshakeIn = (bytes: Buffer): { readonly body: Buffer; readonly whole: boolean } => {
  const pieces: Buffer[] = [];
  let at = 0;
  while (at + 5 <= bytes.length && bytes[at] === HANDSHAKE) {
    const end = at + 5 + bytes.readUInt16BE(at + 3);
    if (end > bytes.length) break;
    pieces.push(bytes.subarray(at + 5, end));
    at = end;
  }
  return { body: Buffer.concat(pieces), whole: at < bytes.length && bytes[at] !== HANDSHAKE };
};

/** RFC 8446, 4.1.2: version, chance, session, suites, compression, extensions. Anything that does not fit is a hello without a name. */
const nameIn = (hello: Buffer): string | null => {
  try {
    let at = 34;
    at += 1 + hello.readUInt8(at);
    at += 2 + hello.readUInt16BE(at);
    at += 1 + hello.readUInt8(at);
    const end = at + 2 + hello.readUInt16BE(at);
    for (at += 2; at + 4 <= end; ) {
      const [kind, length] = [hello.readUInt16BE(at), hello.readUInt16BE(at + 2)];
      if (kind === SERVER_NAME)
        return hello.toString('latin1', at + 9, at + 9 + hello.readUInt16BE(at + 7)).toLowerCase();
      at += 4 + length;
    }
    return null;
  } catch {
    return null;
  }
};
