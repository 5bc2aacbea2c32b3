import { describe, expect, it } from 'vitest';
import { dependencyDockerfile } from './dockerfile.ts';

const facts = { base: 'odoo:19.0', user: 'odoo', packages: ['libxml2', '$(id)'], requirements: ['requirements/0.txt'] };

describe('dependencyDockerfile', () => {
  it('installs as root and goes back to the user of the image', () => {
    const lines = dependencyDockerfile(facts).trim().split('\n');

    expect(lines[0]).toBe('FROM odoo:19.0');
    expect(lines[1]).toBe('USER root');
    expect(lines.at(-1)).toBe('USER odoo');
  });

  it('hands package names to a fixed script as arguments', () => {
    const [script, ...words] = dependencyDockerfile(facts)
      .split('\n')
      .filter((line) => line.startsWith('RUN '))
      .map((line) => JSON.parse(line.slice(4)) as string[])
      .map((line) => [line[2] ?? '', ...line.slice(4)])[0] ?? [''];

    expect(words).toEqual(['libxml2', '$(id)', 'python3-pip']);
    expect(script).not.toContain('id)');
  });

  it('installs nothing but what is asked for', () => {
    expect(dependencyDockerfile({ ...facts, packages: [], requirements: [] })).not.toContain('RUN');
    expect(dependencyDockerfile({ ...facts, requirements: [] })).not.toContain('pip install');
  });
});
