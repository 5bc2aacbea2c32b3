import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Secret } from '../../../packages/server/src/domain/secret.ts';
import { CONFIG_FILE, odooConfig, shellArguments } from '../../../packages/server/src/odoo/process.ts';
import type { Company } from '../../setup/company.ts';

const run = promisify(execFile);
const docker = async (...words: readonly string[]): Promise<string> =>
  (await run('docker', [...words], { maxBuffer: 64 * 2 ** 20 })).stdout.trim();

/** Takes mails as an SMTP server does, and prints to whom they were sent. */
const CATCHER = `
import socket, threading
def talk(client):
    stream = client.makefile('rb')
    say = lambda text: client.sendall((text + '\\r\\n').encode())
    say('220 catcher')
    for line in stream:
        word = line[:4].upper()
        if word == b'DATA':
            say('354 go on')
            while stream.readline().strip() != b'.':
                pass
            print('MAIL', flush=True)
        elif word == b'QUIT':
            return client.close()
        say('250 ok')
server = socket.create_server(('0.0.0.0', 1025))
while True:
    threading.Thread(target=talk, args=(server.accept()[0],), daemon=True).start()
`;

/** Everything that a production talks to: counts who comes, and says nothing. */
const WORLD = `
import socket, threading
def serve(port):
    server = socket.create_server(('0.0.0.0', port))
    while True:
        client, _ = server.accept()
        print('CONNECTION', port, flush=True)
        client.close()
threads = [threading.Thread(target=serve, args=(port,)) for port in (25, 80, 443, 465, 587, 993)]
[thread.start() for thread in threads]
`;
const NAMES = [
  ...[
    'smtp.example.com',
    'imap.example.com',
    'hooks.example.com',
    'erp.example.com',
    'odoo.example.com',
    'example.com',
  ],
  ...[
    'iap.odoo.com',
    'sms.api.odoo.com',
    'iap-services.odoo.com',
    'iap-snailmail.odoo.com',
    'services.odoo.com',
    'api.twilio.com',
  ],
  ...['api-m.paypal.com', 'api.stripe.com', 'www.googleapis.com', 'graph.microsoft.com', 'push.example.com'],
];

export interface OutsideWorld {
  /** Runs Odoo's shell on a database, on a network where the catcher and the outside world answer. Answers its lines. `silent` as in odoo.conf. */
  shell(database: string, script: string, silent: boolean): Promise<string[]>;
  /** Mails in the catcher, and connections to the world by port, since it was last asked. */
  seen(): Promise<{ readonly mails: number; readonly connections: readonly string[] }>;
  remove(): Promise<void>;
}

const odooConf = (host: string, database: string, silent: boolean): string =>
  odooConfig({
    ...{ series: '19.0', database, databaseHost: host, databasePort: 5432, role: 'odoo', addonsPath: [], workers: 0 },
    ...{ password: new Secret('none'), masterPassword: new Secret('master'), dataFolder: '/var/lib/odoo' },
    ...{ memoryBytes: 2 ** 30, httpPort: 8069, websocketPort: 8069, silent },
  }).reveal();

/** A network without a way out, so that the world can be played. */
export const outsideWorld = async (company: Company): Promise<OutsideWorld> => {
  const name = `slipway-test-world-${randomBytes(3).toString('hex')}`;
  await docker('network', 'create', '--internal', name);
  const start = (kind: string, aliases: readonly string[], script: string): Promise<string> =>
    docker(
      ...['run', '-d', '--rm', '--user', 'root', '--name', `${name}-${kind}`, '--network', name],
      ...aliases.flatMap((alias) => ['--network-alias', alias]),
      ...['--entrypoint', 'python3', company.odooImage, '-c', script],
    );
  await docker('network', 'connect', name, company.container);
  await start('catcher', ['mail.slipway.internal'], CATCHER);
  await start('world', NAMES, WORLD);
  const folder = await mkdtemp(join(tmpdir(), 'slipway-world-'));
  await chmod(folder, 0o755);
  const config = join(folder, 'odoo.conf');
  const told = { catcher: 0, world: 0 };
  const news = async (kind: 'catcher' | 'world'): Promise<string[]> => {
    const lines = (await docker('logs', `${name}-${kind}`)).split('\n').filter((line) => line !== '');
    const before = told[kind];
    told[kind] = lines.length;
    return lines.slice(before);
  };
  return {
    shell: async (database, script, silent) => {
      await writeFile(config, odooConf(company.container, database, silent), { mode: 0o644 });
      const words = ['run', '--rm', '-i', '--network', name, '-v', `${config}:${CONFIG_FILE}:ro`, company.odooImage];
      const child = run('docker', [...words, ...shellArguments({ database })], { maxBuffer: 64 * 2 ** 20 });
      child.child.stdin?.end(script);
      return (await child).stdout.split('\n');
    },
    seen: async () => ({ mails: (await news('catcher')).length, connections: await news('world') }),
    remove: async () => {
      await rm(folder, { recursive: true });
      await docker('rm', '-f', `${name}-catcher`, `${name}-world`);
      await docker('network', 'disconnect', '-f', name, company.container);
      await docker('network', 'rm', name);
    },
  };
};
