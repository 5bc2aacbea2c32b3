import PostalMime, { type Attachment } from 'postal-mime';

/**
 * Nothing runs, nothing is sent, nothing is loaded. `allow-same-origin` lets the dashboard around the frame see which link was followed, and
 * ask first; without `allow-scripts` the mail itself can do nothing with it.
 */
export const MAIL_PAGE_POLICY = [
  "default-src 'none'",
  'img-src data:',
  "style-src 'unsafe-inline'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
  'sandbox allow-same-origin',
].join('; ');

/** A policy stops no connection that a page only prepares, and an address of its own would tell that the mail was read. */
const REACHES_OUT = /<(?=(?:link|meta|base)[\s/>])/gi;
/** As a browser shows it in `img`; nothing else of a mail becomes an address. */
const PICTURE = /^image\/(?:png|jpeg|gif|webp|bmp|avif)$/;
/** One small picture can be named a million times. */
const MOST_PICTURES = 16 * 1024 * 1024;

const pictures = (attachments: readonly Attachment[]): ReadonlyMap<string, string> => {
  const found = new Map<string, string>();
  for (const { contentId, mimeType, content } of attachments) {
    if (contentId === undefined || !PICTURE.test(mimeType)) continue;
    const bytes = typeof content === 'string' ? Buffer.from(content) : Buffer.from(new Uint8Array(content));
    found.set(contentId.replace(/^<|>$/g, ''), `data:${mimeType};base64,${bytes.toString('base64')}`);
  }
  return found;
};

const withPictures = (html: string, found: ReadonlyMap<string, string>): string => {
  let room = MOST_PICTURES;
  return html.replace(/\bcid:([^"'\s>)]{1,250})/gi, (whole, id: string) => {
    const picture = found.get(decoded(id));
    if (picture === undefined || picture.length > room) return whole;
    room -= picture.length;
    return picture;
  });
};

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** `html`: as it was kept; `raw`: what the pictures are taken from. */
export const mailPage = async (html: string, raw: Buffer): Promise<string> => {
  const quiet = html.replace(REACHES_OUT, '<x-');
  if (!/\bcid:/i.test(quiet)) return quiet;
  const { attachments } = await PostalMime.parse(raw, { attachmentEncoding: 'arraybuffer', maxNestingDepth: 50 });
  return withPictures(quiet, pictures(attachments));
};
