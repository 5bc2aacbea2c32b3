import { describe, expect, it } from 'vitest';
import { bootstrapArguments, chooseMirror, odooRecipe, postgresRecipe, preferences } from './recipes.ts';

const facts = { tar: '/t/root.tar', mirror: 'http://archive.example/debian/', hook: '/t/pin' };

describe('recipes', () => {
  it('take Odoo 19 from sid and everything else from trixie', () => {
    const call = bootstrapArguments(odooRecipe('19.0'), facts);

    expect(call.slice(-4)).toEqual([
      'trixie',
      '/t/root.tar',
      'deb http://archive.example/debian/ trixie main',
      'deb http://archive.example/debian/ sid main',
    ]);
    expect(call.join(' ')).toContain('--include=odoo-19/sid,');
    expect(preferences('sid')).toContain('Pin: release n=sid\nPin-Priority: 100');
  });

  it('pin nothing where one release has it all', () => {
    expect(bootstrapArguments(postgresRecipe, { ...facts, hook: null }).join(' ')).not.toContain('preferences.d');
  });

  it('never make an image that runs as root', () => {
    expect([odooRecipe('19.0').user, odooRecipe('14.0').user, postgresRecipe.user]).toEqual([
      'odoo',
      'odoo',
      'postgres',
    ]);
  });

  it('name the series that Debian has when another one is asked for', () => {
    expect(() => odooRecipe('17.0')).toThrow(/14\.0|19\.0/);
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
