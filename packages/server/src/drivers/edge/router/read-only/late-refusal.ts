/** `unclear`: keep what has come, and look again at the next part. */
export type Seen = 'unclear' | 'fine' | 'refused';

/** Looks at an answer as it comes, without keeping more than its beginning. */
export interface AnswerWatch {
  look(part: Buffer): Seen;
  end(): 'fine' | 'refused';
}

/** By psycopg's names: as `psycopg2.errors.InsufficientPrivilege`, or quoted by the ValueError of a server action's code. */
const REFUSED = /\b(?:InsufficientPrivilege|ReadOnlySqlTransaction)\b/;
const ASKED = new Set(['GET', 'POST']);
/** An error's name comes before its traceback. */
const JSON_BYTES = 1_024;
/** Of a fault the traceback comes first. */
const FAULT_BYTES = 65_536;

interface Answer {
  readonly status: number;
  readonly raw: readonly (string | Buffer)[];
}

/**
 * A request that was let through may turn out to write, and the database refuses it. Odoo says so in the name of the error, in JSON at its
 * beginning, in XML-RPC at the end of a fault. Its pages ("500 Internal Server Error") do not say what the error was: in such a time one is taken for
 * it, since nothing was stored, whether it answers a form (somebody signs in, and more than that is written) or a look (a bundle of assets that
 * nobody asked for before). One that is broken for another reason is found out as soon as the time is over.
 */
export function watchAnswer(method: string, { status, raw }: Answer): AnswerWatch | null {
  const headers = new Map<string, string>();
  for (let i = 0; i + 1 < raw.length; i += 2) headers.set(String(raw[i]).toLowerCase(), String(raw[i + 1]));
  const type = headers.get('content-type') ?? '';
  if (headers.has('content-encoding')) return null;
  if (/^application\/json\b/.test(type)) return watch(JSON_BYTES, jsonIsError);
  if (/^text\/html\b/.test(type) && status === 500 && ASKED.has(method)) return ALWAYS;
  return /^text\/xml\b/.test(type) ? watch(FAULT_BYTES, xmlIsFault) : null;
}

const ALWAYS: AnswerWatch = { look: () => 'refused', end: () => 'refused' };

/** Whether the beginning is that of an error; null: it is too short to tell. */
type Beginning = (text: string) => boolean | null;

function watch(most: number, isError: Beginning): AnswerWatch {
  let text = '';
  const judge = (): 'fine' | 'refused' => (REFUSED.test(text) ? 'refused' : 'fine');
  return {
    look: (part) => {
      text += part.toString('latin1', 0, most - text.length);
      const error = isError(text);
      if (error === false) return 'fine';
      if (error && judge() === 'refused') return 'refused';
      return text.length < most ? 'unclear' : 'fine';
    },
    end: () => (isError(text) ? judge() : 'fine'),
  };
}

/** Of a call by JSON-RPC (`{"jsonrpc": "2.0", "id": 7, "error": {…`) or by `/json/2` (`{"name": …`). */
function jsonIsError(text: string): boolean | null {
  if (text.length < 8) return null;
  if (text.startsWith('{"name"')) return true;
  if (!text.startsWith('{"jsonr')) return false;
  const key = /"(error|result)":/.exec(text);
  return key ? key[1] === 'error' : null;
}

function xmlIsFault(text: string): boolean | null {
  const begun = /<(?:fault|params)>/.exec(text);
  return begun ? begun[0] === '<fault>' : text.length < 512 ? null : false;
}
