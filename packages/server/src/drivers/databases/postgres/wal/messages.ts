/** Pure: the messages that travel inside a replication copy, and positions as PostgreSQL writes them. */

const PIECE = 0x77; // w
const KEEPALIVE = 0x6b; // k
const PIECE_HEADER = 25;
/** PostgreSQL counts microseconds since 2000. */
const EPOCH_MILLISECONDS = Date.UTC(2000, 0, 1);

export type FromServer =
  | { readonly kind: 'piece'; readonly start: bigint; readonly bytes: Buffer }
  | { readonly kind: 'keepalive'; readonly wantsReply: boolean };

export const readMessage = (message: Buffer): FromServer => {
  if (message[0] === PIECE)
    return { kind: 'piece', start: message.readBigUInt64BE(1), bytes: message.subarray(PIECE_HEADER) };
  if (message[0] === KEEPALIVE) return { kind: 'keepalive', wantsReply: message[17] === 1 };
  throw new Error(`a replication message of an unknown kind: ${message[0]}`);
};

/** `stored`: the server may forget what lies before it. */
export const statusUpdate = (stored: bigint, now: Date): Buffer => {
  const message = Buffer.alloc(34);
  message.write('r', 0);
  for (const place of [1, 9, 17]) message.writeBigUInt64BE(stored, place);
  message.writeBigInt64BE(BigInt(now.getTime() - EPOCH_MILLISECONDS) * 1000n, 25);
  return message;
};

/** `16/B374D848`. */
export const readLsn = (text: string): bigint => {
  const found = /^([0-9A-F]{1,8})\/([0-9A-F]{1,8})$/i.exec(text);
  if (found === null) throw new Error(`not a position in a log: ${text}`);
  return (BigInt(`0x${found[1]}`) << 32n) | BigInt(`0x${found[2]}`);
};

export const printLsn = (lsn: bigint): string =>
  `${(lsn >> 32n).toString(16)}/${(lsn & 0xffffffffn).toString(16)}`.toUpperCase();
