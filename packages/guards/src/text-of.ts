const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Null: there is no text, since it is binary or not UTF-8. */
export const textOf = (bytes: Buffer | null): string | null => {
  if (bytes === null || bytes.includes(0)) return null;
  try {
    return UTF8.decode(bytes);
  } catch {
    return null;
  }
};
