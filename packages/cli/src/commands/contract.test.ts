import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stageContract } from '../contract/stage-contract.ts';
import { wrongIn } from '../testing/command-lines.ts';
import { makeRepository, type Repository } from '../testing/init-case.ts';

const FULL = `version: 1
name: shop
odoo: { series: "19.0", addons: [addons, vendor/oca], packages: [libpq-dev] }
stages:
  preview:
    secrets: [OCR_KEY]
    environment: { REPORT_LANGUAGE: de_DE }
    egress: { allow: ["*.test.example.com:443"] }
  staging: { branch: next }
  production: { url: https://erp.example.com, filestore: /srv/filestore }
data:
  store: { kind: s3, bucket: backups }
  backups: { point_in_time: { enabled: true } }
variables:
  presets: [odoo-limits, pooler, ai-ollama]
  names:
    AI_MODEL: { says: "The model | that \`we\` pulled.", required: true, default: "small model's" }
    SMTP_HOST: { says: Where mails go., required: true, stages: [production] }
    BUILD_TOKEN: { secret: true, source: ci }
`;

let repository: Repository;
beforeEach(async () => {
  repository = await makeRepository();
  await repository.write('slipway.yaml', FULL);
});
afterEach(() => repository.remove());

const outcomes = async (line: string): Promise<Record<string, string>> => {
  const { files } = JSON.parse((await repository.run(`${line} --json`)).stdout) as {
    files: { file: string; outcome: string }[];
  };
  return Object.fromEntries(files.map(({ file, outcome }) => [file, outcome]));
};

const STAGES = ['development', 'preview', 'staging', 'production'] as const;
const contractOf = async (stage: string) =>
  stageContract.parse(JSON.parse(await repository.read(`docs/contracts/${stage}.json`)));

describe('contract', () => {
  it('writes a document and its machine-readable form for each stage', async () => {
    expect(Object.keys(await outcomes('contract'))).toEqual([
      ...STAGES.flatMap((stage) => [`docs/contracts/${stage}.md`, `docs/contracts/${stage}.json`]),
      'docs/contracts/environment-variables.md',
      '.env.example',
    ]);
    for (const stage of STAGES) expect(await contractOf(stage)).toMatchObject({ project: 'shop', stage });
  });

  it('says what the requirement asks of each stage', async () => {
    await repository.run('contract');

    expect(await contractOf('development')).toMatchObject({
      flags: ['--dev=all'],
      hot_reload: { python: 3, assets: 5 },
    });
    for (const stage of ['preview', 'staging'])
      expect((await contractOf(stage)).neutralisation.length).toBeGreaterThan(3);
    expect((await contractOf('preview')).egress).toEqual(['*.test.example.com:443']);
    expect((await contractOf('production')).procedures.map(({ name }) => name)).toEqual([
      'Deploy',
      'Roll back',
      'Prove that it can be done',
    ]);
    expect(await repository.read('docs/contracts/development.md')).toContain('| Python | 3 s |');
  });

  it.each([
    ['elsewhere', FULL],
    [
      'of ours',
      FULL.replace('production: { url', 'production: { target: docker, url')
        .replace(', filestore: /srv/filestore', '')
        .replace('{ enabled: true }', '{ enabled: true, database: REPLICATION_URL }'),
    ],
  ])('names only command lines that there are, of a production %s', async (where, config) => {
    await repository.write('slipway.yaml', config);
    await repository.run('contract');
    const wrong: string[] = [];
    for (const stage of STAGES) {
      const text = await repository.read(`docs/contracts/${stage}.md`);
      const lines = [...text.matchAll(/^ {3}(slipway .+)$|`(slipway [^`]+)`/gm)].map(
        ([, block, inline]) => block ?? inline ?? '',
      );
      expect(lines.length).toBeGreaterThan(0);
      for (const line of lines) {
        const reason = await wrongIn(line.replace(/<\w+>/, '12'));
        if (reason !== null) wrong.push(`${line}: ${reason}`);
      }
    }
    expect(wrong).toEqual([]);
    const production = await repository.read('docs/contracts/production.md');
    expect(production.includes('slipway rollback --dry-run')).toBe(where === 'of ours');
  });

  it('links the documents to each other, and every link leads somewhere', async () => {
    const files = Object.keys(await outcomes('contract')).filter((file) => file.endsWith('.md'));
    for (const file of files) {
      const links = [...(await repository.read(file)).matchAll(/\]\(([^)]+)\)/g)].map(([, to]) => to ?? '');

      expect(links.length).toBeGreaterThan(files.length - 2);
      for (const to of new Set(links))
        expect((await repository.read(`docs/contracts/${to}`)).length).toBeGreaterThan(0);
    }
  });

  it('draws each stage, and an arrow to the next', async () => {
    await repository.run('contract');

    const staging = await repository.read('docs/contracts/staging.md');
    expect(staging).toContain('```mermaid\nflowchart LR\n  commit["branch next"] --> image');
    expect(staging).toContain('-. "then" .-> next["production"]');
  });
});

describe('the inventory of variables', () => {
  it('has presets, what slipway.yaml says, and what its stages use', async () => {
    await repository.run('contract');
    const text = await repository.read('docs/contracts/environment-variables.md');

    for (const row of [
      '| `AI_BASE_URL` | optional | `http://ollama:11434` | no | file | all | Address of an Ollama of your own. |',
      "| `AI_MODEL` | required | `small model's` | no | file | all | The model \\| that \\`we\\` pulled. |",
      '| `BUILD_TOKEN` | optional |  | yes | ci | all |  |',
      "| `DATABASE_URL` | required |  | yes | secret-store | production | Address of production's database, for Slipway. |",
      '| `OCR_KEY` | required |  | yes | secret-store | preview | Handed to the container. |',
      '| `ODOO_DB_MAXCONN` | optional | `8` | no | file | production | Connections of one Odoo process. |',
      '| `PGPORT` | optional | `6543` | no | file | production |',
      '| `REPORT_LANGUAGE` | optional |  | no | file | preview | Set in slipway.yaml. |',
      '| `S3_SECRET_KEY` | required |  | yes | secret-store | production | Key of the bucket. |',
      '| `SMTP_HOST` | required |  | no | file | production | Where mails go. |',
    ])
      expect(text).toContain(row);
  });

  it('gives those of development to .env.example, and leaves what people wrote there', async () => {
    await repository.write('.env.example', '# ours\nODOO_WORKERS=0\n');

    await repository.run('contract');

    const text = await repository.read('.env.example');
    expect(text).toMatch(/^# ours\nODOO_WORKERS=0\n\n# >>> slipway: variables .*\n/);
    expect(text).toContain(`AI_MODEL='small model'\\''s'\n`);
    expect(text).not.toMatch(/SMTP_HOST|BUILD_TOKEN|DATABASE_URL/);
    expect(text.match(/ODOO_WORKERS/g)).toHaveLength(1);
    expect((await repository.run('contract --check')).code).toBe(0);
  });

  it('refuses two AI providers, and the default of a secret', async () => {
    await repository.write(
      'slipway.yaml',
      FULL.replace('ai-ollama', 'ai-ollama, ai-api').replace('source: ci', 'default: x'),
    );

    const { code, stderr } = await repository.run('contract');

    expect(code).toBe(4);
    expect(stderr).toContain('variables.presets[3]: and ai-ollama name the same variables: choose one');
    expect(stderr).toContain('variables.names.BUILD_TOKEN.default: is the default of a secret');
  });
});

describe('contract --check', () => {
  beforeEach(() => repository.run('contract'));

  it('is content with what was written', async () => {
    const { code, stdout } = await repository.run('contract --check');

    expect({ code, stdout }).toEqual({ code: 0, stdout: '✓ 10 files are what slipway.yaml makes of them.\n' });
  });

  it('ends with 8 and names the stale file, and writes nothing', async () => {
    await repository.write(
      'docs/contracts/staging.md',
      `${await repository.read('docs/contracts/staging.md')}edited\n`,
    );

    const { code, stdout } = await repository.run('contract --check');

    expect(code).toBe(8);
    expect(stdout).toContain('✗ docs/contracts/staging.md: is stale\n');
    expect(stdout).not.toContain('production.md');
    expect(await repository.read('docs/contracts/staging.md')).toContain('edited');
  });

  it('names what changed when slipway.yaml changed, and what is of a stage that is no more', async () => {
    await repository.write('slipway.yaml', FULL.replace('  staging: { branch: next }\n', ''));

    expect(await outcomes('contract --check')).toMatchObject({
      'docs/contracts/staging.md': 'removed',
      'docs/contracts/staging.json': 'removed',
      'docs/contracts/preview.md': 'replaced',
    });
    expect((await repository.run('contract')).code).toBe(0);
    await expect(repository.read('docs/contracts/staging.md')).rejects.toThrow('ENOENT');
    expect((await repository.run('contract --check')).code).toBe(0);
  });

  it('names a file that is missing', async () => {
    await repository.write('slipway.yaml', FULL);
    const fresh = await makeRepository();
    await fresh.write('slipway.yaml', FULL);

    expect((await fresh.run('contract --check')).stdout).toContain('✗ docs/contracts/production.json: is missing\n');
    await fresh.remove();
  });
});

describe('contract and files of others', () => {
  it('leaves a document that somebody else wrote, and replaces it with --force', async () => {
    await repository.write('docs/contracts/staging.md', '# our own\n');

    const { code, stdout } = await repository.run('contract');

    expect(code).toBe(6);
    expect(stdout).toContain('! docs/contracts/staging.md: left alone. It was not written by `slipway contract`');
    expect(await repository.read('docs/contracts/staging.md')).toBe('# our own\n');
    expect((await repository.run('contract --force')).code).toBe(0);
  });

  it('leaves a .env.example whose marks do not pair', async () => {
    await repository.write('.env.example', '# >>> slipway: variables\nA=1\n');

    expect((await repository.run('contract')).code).toBe(6);
    expect(await repository.read('.env.example')).toBe('# >>> slipway: variables\nA=1\n');
  });

  it('shows values of slipway.yaml as they are, whatever Markdown makes of them', async () => {
    await repository.write('slipway.yaml', FULL.replace('branch: next', 'branch: "<b>`|x` [y](z)"'));

    await repository.run('contract');

    expect(await repository.read('docs/contracts/staging.md')).toContain('| branch | \\<b\\>\\`\\|x\\` \\[y\\](z) |');
    expect(await repository.read('docs/contracts/staging.md')).toContain('commit["branch #60;b#62;#96;|x#96; [y](z)"]');
  });
});
