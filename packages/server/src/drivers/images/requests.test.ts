import { describe, expect, it } from 'vitest';
import { chooseMirror } from './mirror.ts';
import { importChanges, ODOO_RECIPES, POSTGRES_RECIPE, pinFile, recipeArguments } from './requests.ts';

const at = { mirror: 'http://archive.example/debian/', pin: '/t/pin', tar: '/t/root.tar' };

describe('recipes', () => {
  it('takes Odoo 19 from sid and everything else from trixie', () => {
    const recipe = ODOO_RECIPES['19.0'] ?? POSTGRES_RECIPE;
    const args = recipeArguments(recipe, at);

    expect(args.slice(-4)).toEqual([
      'trixie',
      '/t/root.tar',
      'deb http://archive.example/debian/ trixie main',
      'deb http://archive.example/debian/ sid main',
    ]);
    expect(pinFile(recipe)).toContain('Pin: release n=sid\nPin-Priority: 100');
  });

  it('pins nothing where one release has it all', () => {
    expect(recipeArguments(POSTGRES_RECIPE, at).join(' ')).not.toContain('preferences.d');
    expect(pinFile(POSTGRES_RECIPE)).toBe('');
  });

  it('never makes an image that runs as root', () => {
    for (const recipe of [...Object.values(ODOO_RECIPES), POSTGRES_RECIPE])
      expect(importChanges(recipe, '2026-01-01')[0]).toMatch(/^USER (odoo|postgres)$/);
  });
});

describe('chooseMirror', () => {
  it('takes the main archive, not the security one', () => {
    const lines = [
      'Debian|Debian-Security|bookworm-security|http://a.example/debian-security/',
      'Debian|Debian|bookworm-updates|http://a.example/updates/',
      'Debian|Debian|bookworm|http://a.example/debian/',
    ];

    expect(chooseMirror(lines)).toBe('http://a.example/debian/');
  });

  it('finds none where apt knows only other archives', () => {
    expect(chooseMirror(['Ubuntu|Ubuntu|noble|http://u.example/', ''])).toBeNull();
  });
});
