import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { GUARD_IDS } from './guard.ts';
import { GUARDS } from './registry.ts';

/** What guards share: no guards themselves. */
const SHARED = ['odoo', 'report', 'testing'];

const folders = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !SHARED.includes(entry.name))
  .map(({ name }) => name);

describe('the registry', () => {
  it('names every folder that is a guard, and no other', () => {
    expect(GUARDS.map(({ id }) => id).sort()).toEqual(folders.sort());
    expect(GUARD_IDS).toEqual(expect.arrayContaining(folders));
  });

  it('has no rule that belongs to another guard, and none twice', () => {
    const rules = GUARDS.flatMap(({ id, rules }) => rules.map((rule) => ({ guard: id, rule: rule.id })));

    expect(rules.filter(({ guard, rule }) => !rule.startsWith(`${guard}/`))).toEqual([]);
    expect(new Set(rules.map(({ rule }) => rule)).size).toBe(rules.length);
  });

  it('says of each rule why it is one', () => {
    for (const { id, why } of GUARDS.flatMap(({ rules }) => rules)) expect(why, id).toMatch(/^[A-Z`].{20,}\.$/s);
  });
});
