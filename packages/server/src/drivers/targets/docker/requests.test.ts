import { describe, expect, it } from 'vitest';
import { Secret } from '../../../domain/secret.ts';
import type { OdooProcess } from '../../../ports/workload.ts';
import { containerBody, networkBody, ownSubnets, specHash } from './requests.ts';

const odoo: OdooProcess = {
  image: 'slipway/shop:sha-1',
  command: ['--config', '/etc/slipway/odoo.conf'],
  variables: { A: '1' },
  secrets: { TOKEN: new Secret('s3cret') },
  config: new Secret('[options]'),
  mounts: [{ from: '/data', to: '/var/lib/odoo', readOnly: false }],
  limits: { memoryBytes: 1e9, cpus: 1.5 },
  labels: { 'slipway.project': 'shop' },
};
const facts = {
  instance: 'i',
  environment: 'shop/pr-1',
  role: 'slot-blue',
  network: 'n',
  configFolder: '/c',
  spec: 'x',
  restart: true,
  stdin: false,
};

describe('containerBody', () => {
  it('gives Odoo as few rights as it can do with', () => {
    expect(containerBody(odoo, facts).HostConfig).toMatchObject({
      Memory: 1e9,
      MemorySwap: 1e9,
      NanoCpus: 1.5e9,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      ReadonlyRootfs: true,
      RestartPolicy: { Name: 'unless-stopped' },
    });
  });

  it('gives the processor to what people look at before a job, and to everything else before both', () => {
    const slot = containerBody(odoo, facts).HostConfig?.CpuShares ?? 0;
    const job = containerBody(odoo, { ...facts, restart: false }).HostConfig?.CpuShares ?? 0;

    expect([job > 0, job < slot, slot < 1024]).toEqual([true, true, true]);
  });

  it('puts a secret into the environment only', () => {
    const { Env, ...rest } = containerBody(odoo, facts);

    expect(Env).toContain('TOKEN=s3cret');
    expect(JSON.stringify(rest)).not.toContain('s3cret');
  });
});

describe('specHash', () => {
  it('changes with everything that makes a process another one', () => {
    const hashes = [
      specHash(odoo, 'image-1'),
      specHash(odoo, 'image-2'),
      specHash({ ...odoo, config: new Secret('[other]') }, 'image-1'),
      specHash({ ...odoo, secrets: { TOKEN: new Secret('other') } }, 'image-1'),
      specHash({ ...odoo, limits: { memoryBytes: 1, cpus: 1 } }, 'image-1'),
    ];

    expect(new Set(hashes).size).toBe(hashes.length);
    expect(specHash({ ...odoo }, 'image-1')).toBe(hashes[0]);
  });
});

describe('networks', () => {
  it('have no way out where none is needed', () => {
    expect(networkBody('i', 'shop/pr-1', true)).toMatchObject({ Name: 'slipway-i-shop.pr-1', Internal: true });
  });

  it('come from 4096 small subnets that do not overlap when Docker has none left', () => {
    const all = [...ownSubnets('shop/pr-1')];

    expect(new Set(all).size).toBe(4096);
    expect(all.every((subnet) => /^10\.213\.\d{1,3}\.\d{1,3}\/28$/.test(subnet))).toBe(true);
    expect(all[0]).not.toBe([...ownSubnets('shop/pr-2')][0]);
  });
});
