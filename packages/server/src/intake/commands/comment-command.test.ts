import { expect, it } from 'vitest';
import { parseComment } from './comment-command.ts';

it.each([
  ['/slipway rebuild', { verb: 'rebuild', fresh: false }],
  ['/slipway   rebuild  fresh  ', { verb: 'rebuild', fresh: true }],
  ['  /Slipway OPEN\r\nplease', { verb: 'open', fresh: false }],
  ['/slipway close\n\nno longer needed', { verb: 'close', fresh: false }],
  ['/slipway approve', { verb: 'approve', fresh: false }],
])('%j is a command', (body, command) => {
  expect(parseComment(body)).toEqual({ kind: 'command', command });
});

it.each(['', 'hello', 'please\n/slipway rebuild', '> /slipway rebuild', '/slipwayrebuild', 'use /slipway rebuild'])(
  '%j is no command',
  (body) => {
    expect(parseComment(body)).toEqual({ kind: 'none', reason: 'the comment holds no /slipway command' });
  },
);

it.each(['/slipway', '/slipway deploy', '/slipway close fresh', '/slipway constructor'])(
  '%j names the commands that are known',
  (body) => {
    expect(parseComment(body)).toMatchObject({
      reason: expect.stringContaining('known are: rebuild, rebuild fresh, open, close, approve'),
    });
  },
);
