import { describe, expect, test } from 'vitest';
import type { Sighting } from '../../ports/sightings.ts';
import { judgeProbes, type ProbeResult, readProbes } from './probe-report.ts';
import { PROBE_MARK, probeScript } from './probe-script.ts';

const mail: ProbeResult = {
  kind: 'mail',
  name: 'a mail',
  outcome: 'done',
  text: '',
  connections: [['10.0.0.1:1025', 'inside']],
  seconds: 0.1,
};
const web = (text: string, outcome: ProbeResult['outcome'] = 'done'): ProbeResult => ({
  ...mail,
  kind: 'web',
  name: 'https://example.com/',
  outcome,
  text,
});
const caught: Sighting = { kind: 'smtp', host: 'probe@example.com', port: 25, outcome: 'caught', count: 1 };

describe('the lines of a probe', () => {
  test('are found among those of Odoo', () => {
    const lines = ['INFO loading', `${PROBE_MARK}${JSON.stringify(mail)}`, 'WARNING', `> ${PROBE_MARK}END`];

    expect(readProbes(lines)).toEqual([mail]);
  });

  test('count for nothing when their end is missing', () => {
    expect(readProbes([`${PROBE_MARK}${JSON.stringify(mail)}`])).toBeNull();
    expect(readProbes([])).toBeNull();
  });
});

describe('a probe', () => {
  test('is well when mail is caught and the proxy says no', () => {
    const seen: Sighting[] = [caught, { kind: 'http', host: 'example.com', port: 80, outcome: 'refused', count: 2 }];

    const report = judgeProbes([mail, web('403'), web('ConnectionError', 'error')], seen, []);

    expect(report).toMatchObject({ ok: true, left: [], tried: { mail: 1, web: 2 } });
  });

  test.each<[string, readonly ProbeResult[], readonly Sighting[] | null, RegExp]>([
    [
      'a connection left',
      [{ ...mail, connections: [['192.0.2.1:587', 'left']] }],
      [caught],
      /connected to 192\.0\.2\.1:587/,
    ],
    ['an address answered', [web('200')], null, /example\.com\/ answered 200/],
    [
      'the gateway let something through',
      [mail],
      [caught, { kind: 'connect', host: 'api.example.com', port: 443, outcome: 'allowed', count: 3 }],
      /let 3 connect through to api\.example\.com:443/,
    ],
    ['a mail was sent and not caught', [mail], [], /not in the catcher/],
  ])('fails when %s', (_, probes, seen, reason) => {
    const report = judgeProbes(probes, seen, []);

    expect(report.ok).toBe(false);
    expect(report.left.join()).toMatch(reason);
  });

  test('lets go what the project allows', () => {
    const seen: Sighting[] = [{ kind: 'connect', host: 'api.example.com', port: 443, outcome: 'allowed', count: 1 }];

    expect(judgeProbes([web('200')], [caught, ...seen], ['*.example.com:443', 'example.com'])).toMatchObject({
      ok: true,
    });
  });

  test('does not say that a mail is lost where nobody watches', () => {
    expect(judgeProbes([mail], null, []).ok).toBe(true);
  });
});

test('the script leaves the vacuum alone and keeps to its time', () => {
  expect(probeScript(90)).toContain('time.time() + 90');
  expect(probeScript(90)).toContain('cron.id != vacuum.id');
});
