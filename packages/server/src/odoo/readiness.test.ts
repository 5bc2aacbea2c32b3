import { describe, expect, test } from 'vitest';
import { judgeReadiness, type ReadinessFacts } from './readiness.ts';

const ok = { status: 200 };
const row = (name: string, state = 'installed') => ({ name, state });
const FACTS: ReadinessFacts = {
  health: ok,
  login: ok,
  installed: [row('base'), row('web'), row('shop')],
  repositoryModules: ['shop', 'unused'],
  expectedModules: ['shop'],
  coreModules: ['base', 'web'],
};

test('ready: both pages answer 200 and the modules installed are those on disk', () => {
  expect(judgeReadiness(FACTS)).toEqual({ kind: 'ready' });
});

describe('not yet', () => {
  test.each<[Partial<ReadinessFacts>, string]>([
    [{ health: { error: 'connection refused' }, login: null }, '/web/health: connection refused'],
    [{ health: { status: 500 }, login: null }, '/web/health answers 500'],
    [{ login: null }, '/web/login was not asked yet'],
    [{ login: { status: 303 } }, '/web/login answers 303'],
  ])('%j', (facts, why) => {
    expect(judgeReadiness({ ...FACTS, ...facts })).toEqual({ kind: 'not-yet', why });
  });
});

describe('never, although health and login answer 200', () => {
  test.each<[string, Partial<ReadinessFacts>, string]>([
    ['an empty database', { installed: [] }, 'the database holds no Odoo'],
    ['a database that Odoo made anew', { installed: [row('base')] }, 'module shop is not installed in the database'],
    [
      'an interrupted update',
      { installed: [row('base'), row('shop', 'to upgrade')] },
      'module shop is still "to upgrade"',
    ],
    ['a module that left the repository', { repositoryModules: [] }, 'module shop is installed but not on disk'],
    [
      'another module that is not on disk',
      { installed: [...FACTS.installed, row('gone')] },
      'module gone is installed but not on disk',
    ],
  ])('%s', (_, facts, why) => {
    expect(judgeReadiness({ ...FACTS, ...facts })).toEqual({ kind: 'never', why });
  });
});

test('without the list of core modules only those of the repository are compared', () => {
  const { coreModules: _, ...facts } = FACTS;

  expect(judgeReadiness({ ...facts, installed: [...FACTS.installed, row('sale')] })).toEqual({ kind: 'ready' });
});
