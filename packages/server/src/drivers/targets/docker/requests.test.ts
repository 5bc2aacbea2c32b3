import { describe, expect, it } from 'vitest';
import { Secret } from '../../../domain/secret.ts';
import type { OdooProcess } from '../../../ports/workload.ts';
import { containerBody, type Network, networkBody, networkName, ownSubnets, resolvConf, specHash } from './requests.ts';

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
const network: Network = { name: 'n', id: 'n1', gateway: '172.24.0.1', subnet: '172.24.0.0/16', walled: true };
const facts = {
  instance: 'i',
  environment: 'shop/pr-1',
  role: 'slot-blue',
  network,
  databaseName: null,
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

describe('a walled container', () => {
  it('asks the gateway for names, and is told to go through its proxy', () => {
    const { Env, HostConfig } = containerBody(odoo, { ...facts, databaseName: 'db.example.com' });
    expect(HostConfig?.ExtraHosts).toEqual([
      'mail.slipway.internal:172.24.0.1',
      'proxy.slipway.internal:172.24.0.1',
      'db.example.com:172.24.0.1',
    ]);
    expect(HostConfig?.Binds).toContain('/c/resolv.conf:/etc/resolv.conf:ro');
    expect(resolvConf(network)).toContain('nameserver 172.24.0.1\n');
    for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'https_proxy'])
      expect(Env).toContain(`${name}=http://proxy.slipway.internal:3128`);
    expect(Env?.some((one) => one.startsWith('http_proxy='))).toBe(false);
    expect(Env?.find((one) => one.startsWith('NO_PROXY='))).toMatch(/mail\.slipway\.internal,db\.example\.com$/);
  });

  it('differs from an open one and from one without a network in that', () => {
    for (const other of [null, { ...network, walled: false }]) {
      const { Env, HostConfig } = containerBody(odoo, { ...facts, network: other });
      expect(Env?.some((one) => /proxy/i.test(one))).toBe(false);
      expect([HostConfig?.ExtraHosts, HostConfig?.Binds?.length]).toEqual([[], 2]);
      expect(HostConfig?.NetworkMode).toBe(other === null ? 'none' : 'n');
    }
  });
});

describe('specHash', () => {
  it('changes with everything that makes a process another one', () => {
    const hashes = [
      specHash(odoo, 'image-1', network),
      specHash(odoo, 'image-2', network),
      specHash(odoo, 'image-1', { ...network, id: 'n2' }),
      specHash({ ...odoo, config: new Secret('[other]') }, 'image-1', network),
      specHash({ ...odoo, secrets: { TOKEN: new Secret('other') } }, 'image-1', network),
      specHash({ ...odoo, limits: { memoryBytes: 1, cpus: 1 } }, 'image-1', network),
    ];

    expect(new Set(hashes).size).toBe(hashes.length);
    expect(specHash({ ...odoo }, 'image-1', network)).toBe(hashes[0]);
  });
});

describe('networks', () => {
  it('have no way out, on a bridge that the walls know, unless they are open', () => {
    const walled = networkBody('i', 'shop/pr-1', true);
    expect(walled).toMatchObject({ Name: 'slipway-i-shop.pr-1-walled', Internal: true });
    expect(walled.Options?.['com.docker.network.bridge.name']).toMatch(/^sw[0-9a-f]{13}$/);
    expect(networkBody('i', 'shop/production', false)).toMatchObject({
      Name: networkName('i', 'shop/production', false),
      Internal: false,
    });
  });

  it('of an installation share the beginning of their bridges’ names, and no name', () => {
    const bridge = (instance: string, environment: string) =>
      networkBody(instance, environment, true).Options?.['com.docker.network.bridge.name'] ?? '';
    expect(bridge('i', 'shop/pr-1').slice(0, 8)).toBe(bridge('i', 'shop/pr-2').slice(0, 8));
    expect(bridge('i', 'shop/pr-1')).not.toBe(bridge('i', 'shop/pr-2'));
    expect(bridge('i', 'shop/pr-1').slice(0, 8)).not.toBe(bridge('j', 'shop/pr-1').slice(0, 8));
  });

  it('come from 4096 small subnets that do not overlap when Docker has none left', () => {
    const all = [...ownSubnets('shop/pr-1')];

    expect(new Set(all).size).toBe(4096);
    expect(all.every((subnet) => /^10\.213\.\d{1,3}\.\d{1,3}\/28$/.test(subnet))).toBe(true);
    expect(all[0]).not.toBe([...ownSubnets('shop/pr-2')][0]);
  });
});
