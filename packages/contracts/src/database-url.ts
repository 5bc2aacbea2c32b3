/** An address of a database, as a person gives it. */
import { z } from 'zod';

const decodes = (text: string): boolean => {
  try {
    return decodeURIComponent(text) !== '';
  } catch {
    return false;
  }
};

/** Each part is one that a driver can read; whether a server is there is another matter. */
const isAddress = (text: string): boolean => {
  if (!URL.canParse(text)) return false;
  const { username, password, hostname, pathname, search } = new URL(text);
  return (
    [username, password, hostname, search].every((part) => part === '' || decodes(part)) && decodes(pathname.slice(1))
  );
};

export const databaseUrl = z
  .string()
  .min(1)
  .max(2000)
  .regex(/^postgres(ql)?:\/\//, 'an address such as postgresql://user:password@host:port/database')
  .refine(isAddress, 'an address such as postgresql://user:password@host:port/database')
  .describe('postgresql://user:password@host:port/database, as the server reaches it.');
