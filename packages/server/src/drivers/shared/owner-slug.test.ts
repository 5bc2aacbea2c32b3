import { describe, expect, it } from 'vitest';
import { ownerSlug } from './owner-slug.ts';

describe('ownerSlug', () => {
  it('stays readable for an ordinary environment', () => {
    expect(ownerSlug('shop/pr-12')).toBe('shop.pr-12');
  });

  it('never gives two owners the same name', () => {
    const long = 'x'.repeat(90);
    const owners = ['a/b', 'a.b', 'a-b', 'A/b', 'a/B', 'a//b', 'a/b/', '../x', '..', long, `${long}x`, 'é/1', ''];

    expect(new Set(owners.map(ownerSlug)).size).toBe(owners.length);
  });

  it('is always a name that Docker takes', () => {
    for (const owner of ['../x', '..', '', ' ', 'é', '-a', 'x'.repeat(300), 'a/b'])
      expect(ownerSlug(owner)).toMatch(/^[a-z0-9][a-z0-9_.-]{0,60}$/);
  });
});
