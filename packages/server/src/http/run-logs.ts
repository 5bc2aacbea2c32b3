import { LOG_WINDOW_MOST, type LogLevel } from '@slipway/contracts/log-window-views';
import type { LogLine } from '@slipway/contracts/views';
import type { FastifyInstance } from 'fastify';
import type { Slipway } from '../flows/slipway.ts';
import { readLogLinesBefore } from '../store/log-lines.ts';
import { readLogWindow } from '../store/log-window.ts';
import { addRoute, type Call } from './api.ts';
import { oneRun, runLines } from './one-run.ts';
import { sendLines, sendText } from './stream.ts';

const PAGE = 200;

const limitOf = (call: Call): number =>
  Math.min(Math.max(Number(call.query['limit'] ?? PAGE) || PAGE, 1), LOG_WINDOW_MOST);

/** The log of a run in each way that it is looked at: line by line as it comes, backwards, through a window, as a file. */
export const runLogRoutes = (app: FastifyInstance, slipway: Slipway): void => {
  addRoute(app, 'runLogs', async (call) => {
    const run = await oneRun(slipway, call.parameters['run'] ?? '', call.sight);
    const wanted = (signal: AbortSignal) => linesOf(slipway, run.id, call, signal);
    if (call.query['format'] === 'text') return sendText(call.request, call.reply, `${run.id}.log`, wanted);
    return sendLines(call.request, call.reply, wanted);
  });
  // That there is such a run was found when it was asked who may see it; whoever scrolls asks often.
  addRoute(app, 'logWindow', (call) =>
    readLogWindow(slipway.db, call.parameters['run'] ?? '', {
      from: Number(call.query['from'] ?? 0),
      limit: limitOf(call),
      search: call.query['search'] ?? null,
      level: (call.query['level'] as LogLevel | undefined) ?? null,
    }),
  );
};

async function* linesOf(slipway: Slipway, run: string, call: Call, signal: AbortSignal): AsyncIterable<LogLine> {
  const { after, before, follow } = call.query;
  if (before !== undefined) {
    yield* await readLogLinesBefore(slipway.db, run, { before: Number(before), limit: limitOf(call) });
    return;
  }
  yield* runLines(slipway, run, { follow: follow === 'true', since: Number(after ?? 0) }, signal);
}
