import { crc32, deflateSync } from 'node:zlib';

/** Smallest grey pictures of each format, made longer by what every reader skips. `padding` counts bytes, roughly. */

const chunk = (type: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([size, body, check]);
};

export const png = (padding: number): Buffer => {
  const side = 64;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.writeUInt8(8, 8);
  const row = Buffer.concat([Buffer.from([0]), Buffer.alloc(side, 0xc0)]);
  const pixels = Buffer.concat(Array.from({ length: side }, () => row));
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    ...(padding > 0 ? [chunk('paDd', Buffer.alloc(padding))] : []),
    // Stored, not compressed: the same bytes with every version of zlib.
    chunk('IDAT', deflateSync(pixels, { level: 0 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
};

/** One grey pixel, baseline JPEG; its comment segments hold 65,533 bytes each. */
const JPEG = Buffer.from(
  '/9j/4AAQSkZJRgABAQEAYABgAAD/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDRENDg8QEBEQCgwSExIQEw8QEBD/wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAACf/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AVN//2Q==',
  'base64',
);
export const jpeg = (padding: number): Buffer => {
  const comments: Buffer[] = [];
  for (let left = padding; left > 0; left -= 65_533) {
    const size = Math.min(left, 65_533);
    const segment = Buffer.alloc(size + 4);
    segment.writeUInt16BE(0xfffe, 0);
    segment.writeUInt16BE(size + 2, 2);
    comments.push(segment);
  }
  return Buffer.concat([JPEG.subarray(0, 2), ...comments, JPEG.subarray(2)]);
};

const GIF = Buffer.from('R0lGODlhAQABAIAAAMDAwAAAACwAAAAAAQABAAACAkQBADs=', 'base64');
export const gif = (padding: number): Buffer => {
  const block = Buffer.concat([Buffer.from([255]), Buffer.alloc(255, 0x20)]);
  const blocks = Array.from({ length: Math.ceil(padding / 256) }, () => block);
  const comment = padding > 0 ? [Buffer.from([0x21, 0xfe]), ...blocks, Buffer.from([0])] : [];
  const beforeTrailer = GIF.subarray(0, GIF.length - 1);
  return Buffer.concat([beforeTrailer, ...comment, GIF.subarray(GIF.length - 1)]);
};

const WEBP = Buffer.from('UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==', 'base64');
export const webp = (padding: number): Buffer => {
  const extra =
    padding > 0 ? Buffer.concat([Buffer.from('PADD'), uint32le(padding), Buffer.alloc(padding)]) : Buffer.alloc(0);
  const whole = Buffer.concat([WEBP, extra]);
  whole.writeUInt32LE(whole.length - 8, 4);
  return whole;
};

export const icon = (padding: number): Buffer => {
  const image = png(padding);
  const header = Buffer.alloc(22);
  header.writeUInt16LE(1, 2);
  header.writeUInt16LE(1, 4);
  header.writeUInt8(64, 6);
  header.writeUInt8(64, 7);
  header.writeUInt16LE(1, 10);
  header.writeUInt16LE(8, 12);
  header.writeUInt32LE(image.length, 14);
  header.writeUInt32LE(22, 18);
  return Buffer.concat([header, image]);
};

const uint32le = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
