import { readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReviewedColumn } from '../../packages/server/src/domain/masking.ts';
import { Secret } from '../../packages/server/src/domain/secret.ts';
import { dictionarySources } from '../../packages/server/src/odoo/sanitise/dictionary.ts';
import { planMasking } from '../../packages/server/src/odoo/sanitise/plan-masking.ts';
import { NO_PROJECT_RULES } from '../../packages/server/src/odoo/sanitise/project-rules.ts';
import { readCatalog } from '../../packages/server/src/odoo/sanitise/read-catalog.ts';
import type { ExportSession } from '../../packages/server/src/ports/database-copy.ts';
import { readDictionary } from '../../packages/server/src/snapshot/read-dictionary.ts';
import { readManifest } from '../../packages/server/src/snapshot/repository.ts';
import { type Masking, writeSnapshot } from '../../packages/server/src/snapshot/write-snapshot.ts';
import { onServer } from '../setup/database.ts';
import { dockerWorld } from '../setup/docker-world.ts';
import { type Search, searchDatabase, searchFolder, searchSnapshot, searchText } from './sanitise-canary-search.ts';
import { CanarySite } from './sanitise-canary-site.ts';

const REVIEWED = new URL('./sanitise-survivors.txt', import.meta.url);
const { signal } = new AbortController();

/**
 * A token of its own in every column of a real Odoo 19 with 246 modules, in files and their names, carried through snapshot, restore
 * and neutralising: what arrives is what is meant to arrive. Each part needs the ones before it.
 */
describe('canaries in every column', () => {
  let site: CanarySite;
  let columns: ReadonlyMap<string, ReviewedColumn>;
  let reviewed: readonly string[];

  beforeAll(async () => {
    site = await CanarySite.open();
    reviewed = (await readFile(REVIEWED, 'utf8')).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  });
  afterAll(() => site?.close());

  const placesOf = ({ found }: Search): readonly string[] =>
    [...new Set([...found].map((token) => site.canaries.places.get(token) ?? `unknown ${token}`))].sort();
  const columnAt = (place: string): ReviewedColumn | undefined => columns.get(place.split(':')[0] ?? '');
  const classOf = (place: string): string | undefined => site.canaries.holds.get(place) ?? columnAt(place)?.class;
  const lineOf = (place: string): string =>
    `${place} ${place.startsWith('filestore: ') ? 'kept-file' : (columnAt(place)?.rule ?? '?')}`;
  /** What is there and on no list. */
  const unreviewed = (search: Search): readonly string[] =>
    placesOf(search)
      .map(lineOf)
      .filter((line) => !reviewed.includes(line));

  describe('a backup, in which nothing is masked', () => {
    it('holds every one of them, so that one that was forgotten would be found', async () => {
      await site.snapshot('raw');
      const found = placesOf(await searchSnapshot(site.repository('raw'), 'snap_raw'));

      expect(site.canaries.places.size).toBeGreaterThan(2400);
      expect([...site.canaries.places.values()].filter((place) => !found.includes(place))).toEqual([]);
      expect(found.filter((place) => place.startsWith('unknown'))).toEqual([]);
    });

    it('lies encrypted in its store, file names included', async () => {
      expect([...(await searchFolder(site.storeFolder('raw'))).found]).toEqual([]);
    });
  });

  describe('a sanitised snapshot', () => {
    let unpacked: Search;

    beforeAll(async () => {
      await site.snapshot('sanitised');
      columns = site.columns();
      unpacked = await searchSnapshot(site.repository('sanitised'), 'snap_sanitised');
    });

    it('holds none that is personal or secret, and of the others those that somebody has reviewed', async () => {
      const places = placesOf(unpacked);
      const lines = [...places.map(lineOf), ...site.canaries.tooShort.map((place) => `${place} too-short`)].sort();
      if (process.env['SLIPWAY_TEST_WRITE_SURVIVORS'] !== undefined) {
        await writeFile(REVIEWED, `${HEAD}${lines.join('\n')}\n`);
        reviewed = lines;
      }
      const masked = places.filter((place) => classOf(place) !== 'not-personal');
      expect(masked.filter((place) => !site.canaries.deliberate.has(place))).toEqual([]);
      expect(lines.filter((line) => !reviewed.includes(line))).toEqual([]);
      expect(reviewed.filter((line) => !lines.includes(line))).toEqual([]);
    });

    it('has every token that is wanted in staging, so that nothing was masked by too much', () => {
      const places = placesOf(unpacked);
      expect([...site.canaries.deliberate].filter((place) => !places.includes(place))).toEqual([]);
    });

    it('gives nothing away in its store, encrypted or not', async () => {
      expect([...(await searchFolder(site.storeFolder('sanitised'))).found]).toEqual([]);

      const plain = site.repository('plain', null);
      const { summary } = await writeSnapshot({
        ...{ project: 'shop', environment: 'shop/production', copier: site.copier, from: site.production },
        ...{ filestore: site.productionFiles, masking: maskingOf, to: plain, signal },
      });
      expect(unreviewed(await searchFolder(site.storeFolder('plain')))).toEqual([]);
      expect(unreviewed(await searchSnapshot(plain, summary.id))).toEqual([]);
    });

    it('says nothing in its manifest but the name of a file that is kept on purpose', async () => {
      const manifest = await readManifest(site.repository('sanitised'), 'snap_sanitised');
      const found = placesOf(searchText(JSON.stringify(manifest)));
      expect(found.filter((place) => !site.canaries.deliberate.has(place))).toEqual([]);
    });
  });

  describe('staging, refreshed from it and neutralised', () => {
    beforeAll(() => site.refresh());

    it('holds in no row of its database what is on no list', async () => {
      const rows = await searchDatabase(site.copier, site.database('canary_staging'));
      expect(unreviewed(rows)).toEqual([]);
      expect(rows.found.size).toBeGreaterThan(1000);
    });

    it('nor does any file of its database server, log included', async () => {
      await onServer(dockerWorld().adminUrl, (client) => client.query('checkpoint'));
      const disk = await searchFolder(dirname(dockerWorld().socketFolder));
      expect(unreviewed(disk)).toEqual([]);
      expect(disk.found.size).toBeGreaterThan(1000);
    });

    it('nor does any file that the runs left, by its bytes or by its name', async () => {
      expect(unreviewed(await searchFolder(site.files))).toEqual([]);
      const manifest = await readManifest(site.repository('sanitised'), 'snap_sanitised');
      const named = new Set(manifest.files.map(({ path }) => path));
      expect((await site.paths('staging')).filter((path) => !named.has(path))).toEqual([]);
    });
  });

  describe('a backup with real data in staging', () => {
    beforeAll(() => site.restoreRaw());

    const credentials = (search: Search): readonly string[] =>
      placesOf(search).filter(
        (place) =>
          classOf(place) === 'secret' && !site.canaries.deliberate.has(place) && !Object.hasOwn(NO_CREDENTIALS, place),
      );

    it('has the customers and none of the credentials', async () => {
      const rows = await searchDatabase(site.copier, site.database('canary_raw'));
      expect(placesOf(rows)).toEqual(expect.arrayContaining(['res_partner.name', 'mail_message.body']));
      expect(credentials(rows)).toEqual([]);
    });

    it('nor a file with a key in it', async () => {
      const files = await searchFolder(site.attachments('raw'));
      expect(placesOf(files)).toContain('filestore: a file of a contact');
      expect(credentials(files)).toEqual([]);
    });
  });

  it('nothing of all this is in what the runs said and kept as evidence', () => {
    expect(site.evidence.get('data/coverage.txt')).toContain('res_partner.email');
    expect(site.said.length).toBeGreaterThan(10);
    expect(placesOf(searchText(...site.said, ...site.evidence.values()))).toEqual([]);
  });

  it('a file that no row names is nowhere', async () => {
    for (const kind of ['raw', 'sanitised'])
      expect((await searchSnapshot(site.repository(kind), `snap_${kind}`)).found).not.toContain(site.canaries.orphan);
    expect((await searchFolder(site.files)).found).not.toContain(site.canaries.orphan);
  });
});

/** What the step does for an encrypted one. */
const maskingOf = async (session: ExportSession): Promise<Masking> => {
  const query = (text: string, parameters: readonly unknown[] = []) => session.query({ text, parameters });
  const catalog = await readCatalog(query);
  const plan = planMasking(catalog, { key: new Secret('another key'), rules: NO_PROJECT_RULES });
  return { plan, dictionary: await readDictionary(session, dictionarySources(catalog), 2) };
};

/** Columns that a sanitised copy masks as secrets, and a restored backup keeps, with the reason. */
const NO_CREDENTIALS: Readonly<Record<string, string>> = {
  'iap_account.sender_name': 'Under which name text messages are sent; the account itself is gone.',
  'ir_config_parameter.value':
    'Of a parameter that neither by its name nor by its value is one; those of known and likely names are asked for apart.',
  'link_tracker_code.code': 'Leads to a page of this copy; nobody logs in with it.',
  'res_company.hr_presence_control_ip_list': 'Addresses of the office.',
  'res_users.oauth_uid': 'Who somebody is at a provider of logins, which is off and has no client id.',
  'survey_survey.session_code': 'Joins a survey while it is held.',
  'website_visitor.access_token': 'A number of a visitor: it names who came, and opens nothing.',
};

const HEAD = `# Columns whose content leaves production as it is: table.column and the rule that says so. A new line needs a reason, that is a rule.
# framework: Odoo's own definitions, which modules bring along and updates need. choice: one word of a list that the program has, or the
# number of a row. configuration: labels of stages, kinds, taxes, accounts, places, products. structure: paths of numbers.
# document-number: made by a sequence. technical, layout, rate-ids, uuid, property-definition, setting-key, attachment-*: see rules/.
# journal-name: unless it is an account number. action-code: unless a credential stands in it. setting: those of a list (rules/specials.ts).
# "table.column: which row": kept in such rows only. kept-file: bytes of a file. too-short: a column without room for a token.
# Written by running test/data/sanitise-canary.test.ts with SLIPWAY_TEST_WRITE_SURVIVORS=1; read every line of the difference.
`;
