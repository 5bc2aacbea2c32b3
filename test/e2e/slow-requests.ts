import { request } from 'node:http';

/** How long Odoo works on one of them: longer than a version takes to be replaced, where nobody waits for it. */
const SLOW_SECONDS = 7;
/** So that those who are held, and come all at once, still find a connection to the database: an Odoo has 16. */
const BETWEEN_MILLISECONDS = 2_000;
/** Until as many are under way as will be all the time. */
const SOME_MILLISECONDS = 6_000;

/** Replacements in the shop's controller: what is asked with `?slow=1` works in the database all the while, as a report or an import does. */
export const SLOW_CONTROLLER = {
  route: ['auth="public")', 'auth="public", csrf=False)'],
  work: [
    '    def hello(self):',
    `    def hello(self, slow=None):\n        if slow:\n            request.env.cr.execute("select pg_sleep(${SLOW_SECONDS})")`,
  ],
} as const;

export interface Answers {
  readonly answered: number;
  /** What people got that was not the page they asked for: status, and what a person can read of it. */
  readonly other: readonly string[];
}

interface Asking {
  readonly edge: string;
  readonly host: string;
  /** A POST is what nobody may send a second time in silence. */
  readonly method: 'GET' | 'POST';
}

/** What slow requests come to while `work` is done: one after the other is begun, the first ones before it. */
export const whileAnswering = async <T>(asking: Asking, work: () => Promise<T>): Promise<Answers & { done: T }> => {
  const asked = [ask(asking)];
  const timer = setInterval(() => asked.push(ask(asking)), BETWEEN_MILLISECONDS);
  await new Promise((resolve) => setTimeout(resolve, SOME_MILLISECONDS));
  try {
    const done = await work();
    clearInterval(timer);
    const told = await Promise.all(asked);
    const other = told.filter((one) => one !== 'answered');
    return { answered: told.length - other.length, other, done };
  } finally {
    clearInterval(timer);
  }
};

const ask = ({ edge, host, method }: Asking): Promise<string> =>
  new Promise((resolve) => {
    const headers = { host, accept: 'text/html', ...(method === 'POST' ? { 'content-length': 0 } : {}) };
    const options = { host: '127.0.0.1', port: new URL(edge).port, path: '/shop/hello?slow=1', method, headers };
    const asked = request({ ...options, agent: false }, (answer) => {
      const pieces: Buffer[] = [];
      answer.on('data', (piece: Buffer) => pieces.push(piece));
      answer.on('error', (error) => resolve(error.message));
      answer.on('end', () => {
        const text = visible(Buffer.concat(pieces).toString());
        resolve(answer.statusCode === 200 && text.includes('the shop') ? 'answered' : `${answer.statusCode} ${text}`);
      });
    });
    asked.on('error', (error) => resolve(error.message));
    asked.end();
  });

const visible = (html: string): string =>
  html
    .replace(/<(script|style)\b[\s\S]*?<\/\1>/g, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 300);
