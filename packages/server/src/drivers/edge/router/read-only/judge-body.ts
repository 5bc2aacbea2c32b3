import { READING_METHODS } from './reading-methods.ts';

/** More than any question that a person asks; a longer one is refused unread. */
export const BODY_BYTES = 256 * 1024;

/** Whether the call in this body of `/jsonrpc`, `/web/dataset/call_kw` or `/xmlrpc/2/object` only reads. What cannot be understood does not. */
export function bodyReads(path: string, body: string): boolean {
  const called = path.startsWith('/xmlrpc/') ? calledByXml(body) : calledByJson(body, path === '/jsonrpc');
  return called !== null && READING_METHODS.has(called);
}

type Known = Readonly<Record<string, unknown>>;
const isRecord = (value: unknown): value is Known =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Place of the model's method among the arguments: database, user, password, model, method. */
const METHOD_AT = 4;
const EXECUTE = new Set(['execute', 'execute_kw']);
/** Services and methods that are asked without a model. `login` writes what a login writes, and no more. */
const COMMON = new Set(['version', 'about', 'login', 'authenticate']);

function calledByJson(body: string, byService: boolean): string | null {
  const params = paramsOf(body);
  if (!params) return null;
  const { service, method, args } = params;
  if (typeof method !== 'string') return null;
  if (!byService) return method;
  if (service === 'common') return COMMON.has(method) ? 'read' : null;
  const named = service === 'object' && EXECUTE.has(method) && Array.isArray(args) ? args[METHOD_AT] : null;
  return typeof named === 'string' ? named : null;
}

function paramsOf(body: string): Known | null {
  try {
    const call: unknown = JSON.parse(body);
    return isRecord(call) && isRecord(call.params) ? call.params : null;
  } catch {
    return null;
  }
}

const HEAD = /^\s*(?:<\?xml[^<>]*\?>)?\s*<methodCall>\s*<methodName>\s*(\w+)\s*<\/methodName>\s*<params>/y;
const SCALAR = /\s*<param>\s*<value>\s*(?:<(string|int|i4|i8)>([^<]*)<\/\1>|([^<]*))\s*<\/value>\s*<\/param>/y;

/** Only the plain form that programs write: no entity, comment or CDATA in front of the method's name. */
function calledByXml(body: string): string | null {
  HEAD.lastIndex = 0;
  const head = HEAD.exec(body);
  if (!EXECUTE.has(head?.[1] ?? '')) return null;
  SCALAR.lastIndex = HEAD.lastIndex;
  let value = '';
  for (let i = 0; i <= METHOD_AT; i += 1) {
    const scalar = SCALAR.exec(body);
    if (!scalar) return null;
    value = scalar[2] ?? scalar[3] ?? '';
  }
  return value;
}
