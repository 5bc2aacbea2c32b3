import { Failure } from '@slipway/contracts/failure';

/** The one function that quotes an SQL identifier. PostgreSQL cuts names at 63 bytes in silence, so longer ones are refused. */
export const quoteName = (name: string): string => {
  if (name === '' || name.includes('\0') || Buffer.byteLength(name) > 63)
    throw new Failure('database-refused', { reason: `"${name}" cannot be the name of a database or role` });
  return `"${name.replaceAll('"', '""')}"`;
};

export const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`;
