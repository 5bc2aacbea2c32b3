import { describe, expect, test } from 'vitest';
import { type Deployed, wayBack } from './way-back.ts';

const [A, B] = ['odoo_production', 'odoo_production_b'];

interface Told {
  readonly status?: string;
  /** Of a rollback: what it went back to. */
  readonly to?: string;
  readonly sha?: string;
}

/** What was done to a production, one word each: the rows that are kept of it. */
const history = () => {
  const rows: Deployed[] = [];
  const add = (
    id: string,
    row: Omit<Deployed, 'id' | 'status' | 'sha' | 'switchedAt' | 'heldAt'>,
    { status, sha }: Told,
  ): void => {
    const switchedAt = status === undefined ? `2026-11-21T10:${String(rows.length).padStart(2, '0')}:00.000Z` : null;
    rows.push({ id, sha: sha ?? `sha-of-${id}`, status: status ?? 'succeeded', switchedAt, heldAt: null, ...row });
  };
  const served = (): Deployed | undefined => {
    const version = rows.findLast(({ status }) => status === 'succeeded')?.version;
    return rows.find(({ id }) => id === version);
  };
  const told = {
    rows,
    open: (id: string, more: Told = {}) => {
      add(id, { kind: 'open', database: A, generation: id, version: id }, more);
      return told;
    },
    code: (id: string, more: Told = {}) => {
      const { database = null, generation = null } = served() ?? {};
      add(id, { kind: 'deploy', database, generation, version: id }, more);
      return told;
    },
    /** `cleared` false: it ended before anything was done to a database. */
    migrate: (id: string, { cleared = true, ...more }: Told & { readonly cleared?: boolean } = {}) => {
      const database = served()?.database === A ? B : A;
      add(id, { kind: 'deploy', database, generation: cleared ? id : null, version: id }, more);
      return told;
    },
    /** On the same database, of which a backup is made before; `backup` null: that is kept no more. */
    inPlace: (id: string, more: Told & { readonly backup?: string | null } = {}) => {
      const { database = null } = served() ?? {};
      const { backup = `backup-of-${id}`, ...ended } = more;
      const generation = more.status === undefined ? id : null;
      add(id, { kind: 'deploy', database, generation, version: id, inPlace: true, backup }, ended);
      return told;
    },
    rollback: (id: string, more: Told & { readonly to: string; readonly inPlace?: boolean }) => {
      const back = rows.find((row) => row.id === more.to);
      const { database = null, generation = null } = back ?? {};
      const inPlace = more.inPlace === true ? { inPlace: true, backup: `backup-of-${id}` } : {};
      add(id, { kind: 'rollback', database, generation, version: more.to, ...inPlace }, more);
      return told;
    },
  };
  return told;
};

const failed = { status: 'failed' };

/** `v1, on the same database`, `v1, without what was written since 10:02`, or why there is none. */
const said = ({ rows }: { readonly rows: readonly Deployed[] }, to: string | null = null): string => {
  const way = wayBack(rows, to);
  if ('reason' in way) return way.reason;
  const since = way.since?.slice(11, 16) ?? null;
  const out = way.backup === null ? '' : ` out of ${way.backup}`;
  return `${way.now.id} to ${way.back.id}${out}, ${way.losesData ? `without what was written since ${since}` : 'on the same database'}`;
};

describe('the way back of a production', () => {
  test('is none where nothing was deployed, or only one version', () => {
    expect(said(history())).toBe('nothing has been deployed yet');
    expect(said(history().open('v1', failed))).toBe('nothing has been deployed yet');
    expect(said(history().open('v1'))).toBe('v1 is the first version');
    expect(said(history().open('v0', failed).open('v1'))).toBe('v1 is the first version');
  });

  test('of new code is the version before it, on the same database', () => {
    expect(said(history().open('v1').code('v2').code('v3'))).toBe('v3 to v2, on the same database');
    expect(said(history().open('v1').migrate('v2').code('v3'))).toBe('v3 to v2, on the same database');
  });

  test('of a migration is the database that was left at its switch', () => {
    expect(said(history().open('v1').code('v2').migrate('v3'))).toBe('v3 to v2, without what was written since 10:02');
  });

  test('over more than one deployment names the first switch away from the database', () => {
    const all = history().open('v1').migrate('v2').code('v3').code('v4');
    expect(said(all, 'v1')).toBe('v4 to v1, without what was written since 10:01');
    expect(said(all, 'v2')).toBe('v4 to v2, on the same database');
  });

  test('is not counted from deployments that failed or were cancelled', () => {
    const all = history().open('v1').code('v2').code('x', failed).code('y', { status: 'cancelled' });
    expect(said(all)).toBe('v2 to v1, on the same database');
    expect(said(all, 'x')).toBe('no deployment is called x');
  });

  test('is none to a database whose name a third migration has taken', () => {
    const all = history().open('v1').migrate('v2').migrate('v3');
    expect(said(all)).toBe('v3 to v2, without what was written since 10:02');
    expect(said(all, 'v1')).toBe('the database that v1 had has been replaced by a later copy');
  });

  test('is none to a database that a migration has removed before it failed', () => {
    const all = history().open('v1').migrate('v2').migrate('v3', failed);
    expect(said(all)).toBe('the database that v1 had has been replaced by a later copy');
  });

  test('is still there when a migration failed before it did anything to a database', () => {
    const all = history()
      .open('v1')
      .migrate('v2')
      .migrate('v3', { ...failed, cleared: false });
    expect(said(all)).toBe('v2 to v1, without what was written since 10:01');
  });

  test('after a rollback goes further back, and forward again by name', () => {
    const all = history().open('v1').code('v2').code('v3').rollback('r', { to: 'v2' });
    expect(said(all)).toBe('v2 to v1, on the same database');
    expect(said(all, 'v3')).toBe('v2 to v3, on the same database');
    expect(said(all, 'v2')).toBe('v2 is what serves');
  });

  test('forward again to a migration loses what was written since the rollback', () => {
    const all = history().open('v1').migrate('v2').rollback('r', { to: 'v1' });
    expect(said(all)).toBe('v1 is the first version');
    expect(said(all, 'v2')).toBe('v1 to v2, without what was written since 10:02');
    all.rollback('s', { to: 'v2' });
    expect(said(all)).toBe('v2 to v1, without what was written since 10:03');
  });

  test('of what was deployed after a rollback is what served before, not what was taken back', () => {
    const code = history().open('v1').code('bad').rollback('r', { to: 'v1' }).code('v2');
    expect(said(code)).toBe('v2 to v1, on the same database');
    const migration = history().open('v1').migrate('bad').rollback('r', { to: 'v1' }).migrate('v2');
    expect(said(migration)).toBe('v2 to v1, without what was written since 10:03');
    expect(said(migration, 'bad')).toMatch(/^the database that bad had has been replaced/);
  });

  test('by a commit that was deployed twice is the newer one, which may still have its database', () => {
    const all = history().open('v1', { sha: 'aaaa' }).migrate('v2').migrate('v3', { sha: 'aaaa' }).code('v4');
    expect(said(all, 'aaa')).toBe('v4 to v3, on the same database');
  });

  test('of an update in place is the backup that was made before it, until another one is needed', () => {
    const all = history().open('v1').code('v2').inPlace('v3').code('v4');
    expect(said(all)).toBe('v4 to v3, on the same database');
    expect(said(all, 'v2')).toBe('v4 to v2 out of backup-of-v3, without what was written since 10:02');
    expect(said(all, 'v1')).toBe('v4 to v1 out of backup-of-v3, without what was written since 10:02');
  });

  test('of an update in place is none once that backup is kept no more', () => {
    const all = history().open('v1').inPlace('v2', { backup: null });
    expect(said(all)).toBe('the database that v1 had was updated in place, and the backup of it is kept no more');
  });

  test('is on the same database when an update in place failed: it is again what it was', () => {
    const all = history().open('v1').code('v2').inPlace('v3', failed);
    expect(said(all)).toBe('v2 to v1, on the same database');
  });

  test('after a rollback in place leads forward again out of what was backed up then', () => {
    const all = history().open('v1').inPlace('v2').rollback('r', { to: 'v1', inPlace: true });
    expect(said(all)).toBe('v1 is the first version');
    expect(said(all, 'v2')).toBe('v1 to v2 out of backup-of-r, without what was written since 10:02');
    all.inPlace('v3');
    expect(said(all)).toBe('v3 to v1 out of backup-of-v3, without what was written since 10:03');
    expect(said(all, 'v2')).toBe('v3 to v2 out of backup-of-r, without what was written since 10:02');
  });

  test('to a copy that an update in place left alone is that database', () => {
    const all = history().open('v1').migrate('v2').inPlace('v3');
    expect(said(all, 'v1')).toBe('v3 to v1, without what was written since 10:01');
    expect(said(all)).toBe('v3 to v2 out of backup-of-v3, without what was written since 10:02');
  });

  test('is not moved by a rollback that failed', () => {
    const all = history()
      .open('v1')
      .migrate('v2')
      .rollback('r', { to: 'v1', ...failed });
    expect(said(all)).toBe('v2 to v1, without what was written since 10:01');
  });
});

test('what is lost is counted from when writes were held, not from the switch', () => {
  const told = history().open('v1').migrate('v2');
  const rows = told.rows.map((row) => (row.id === 'v2' ? { ...row, heldAt: '2026-11-21T10:00:30.000Z' } : row));
  expect(wayBack(rows, null)).toMatchObject({ losesData: true, since: '2026-11-21T10:00:30.000Z' });
});
