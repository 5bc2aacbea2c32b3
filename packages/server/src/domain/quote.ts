import { Failure } from '@slipway/contracts/failure';

/** The one place where a name becomes part of a statement. */
export const quoteName = (name: string): string => {
  if (name === '' || name.includes('\0') || Buffer.byteLength(name) > 63)
    throw new Failure('database-refused', { reason: `not a name (1 to 63 bytes): ${JSON.stringify(name)}` });
  return `"${name.replaceAll('"', '""')}"`;
};

/** Only for statements that take no parameters (COMMENT, ALTER ROLE); everything else uses $1. */
export const quoteText = (text: string): string => {
  if (text.includes('\0')) throw new Failure('database-refused', { reason: 'PostgreSQL text holds no zero byte' });
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return text.includes('\\') ? ` E${quoted.replaceAll('\\', '\\\\')}` : quoted;
};
