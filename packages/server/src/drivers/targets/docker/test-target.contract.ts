/** For tests of this driver: a target on the real Engine, and a small image whose program is Python where Odoo itself is not the matter. */
import { join } from 'node:path';
import { dockerWorld } from '../../../../../../test/setup/docker-world.ts';
import { Secret } from '../../../domain/secret.ts';
import type { EgressGateway } from '../../../ports/egress-gateway.ts';
import type { DatabaseAccess, OdooProcess, SlotSpec } from '../../../ports/workload.ts';
import { dockerAt } from '../../shared/docker-engine.ts';
import { openDockerTarget } from './index.ts';
import { logLines } from './lines.ts';

export const world = dockerWorld();
export const docker = dockerAt(world.socket);
export const access = { host: '127.0.0.1', port: world.socketPort, socketFolder: world.socketFolder };
export const never = new AbortController().signal;
export const MB = 1024 * 1024;

export type Target = ReturnType<typeof openDockerTarget>;

/** Instances of one run have that run's number, so that two runs on one Engine do not meet. */
export const instanceOf = (name: string): string => `${name}-${process.ppid}`;
export const folderOf = (name: string): string => join(world.dataFolder, name);
/** For tests that are not about what a container reaches. */
export const noGateway: EgressGateway = { open: () => Promise.resolve(), close: () => Promise.resolve() };

export const open = (name: string, gateway: EgressGateway = noGateway, database: DatabaseAccess = access): Target =>
  openDockerTarget({ socket: world.socket, instance: instanceOf(name), dataFolder: folderOf(name), database, gateway });

export const quiet: Omit<OdooProcess, 'command'> = {
  image: world.odooImage,
  variables: {},
  secrets: {},
  config: new Secret('[options]\n'),
  mounts: [],
  limits: { memoryBytes: 256 * MB, cpus: 1 },
  labels: {},
};

export const pythonImage = `slipway-test/python:${process.pid}`;
export const python = (script: string): OdooProcess => ({
  ...quiet,
  image: pythonImage,
  command: ['-u', '-c', script],
});
export const serverScript = (port: number): string =>
  `import http.server,signal,sys
signal.signal(signal.SIGTERM, lambda *a: sys.exit(0))
s=http.server.ThreadingHTTPServer(('', ${port}), http.server.SimpleHTTPRequestHandler)
print('ready'); s.serve_forever()`;

/** An image like Odoo's with one thing changed. */
export const makeVariant = async (reference: string, change: string): Promise<void> => {
  const [repo, tag] = reference.split(':');
  const container = await docker.createContainer({ Image: world.odooImage });
  await container.commit({ repo, tag, changes: change });
  await container.remove();
};
export const removeVariant = (reference: string): Promise<unknown> =>
  docker.getImage(reference).remove({ force: true });
export const makePythonImage = (): Promise<void> => makeVariant(pythonImage, 'ENTRYPOINT ["python3"]');

export const slot = (environment: string, process: OdooProcess): SlotSpec => ({
  ...process,
  environment,
  slot: 'blue',
  httpPort: 8069,
  websocketPort: 8069,
});
export const addressOf = async (target: Target, environment: string): Promise<string> => {
  const state = await target.state({ environment, slot: 'blue' });
  if (state.kind !== 'running') throw new Error(`slot is ${state.kind}`);
  return `http://${state.upstream.host}:${state.upstream.port}`;
};
export const runPython = async (
  target: Target,
  environment: string,
  script: string,
  more: { readonly connected?: boolean } = {},
): Promise<string[]> => {
  const lines: string[] = [];
  const job = { ...python(script), environment, name: 'look', timeoutSeconds: 60, input: null, ...more };
  await target.runJob(job, (line) => lines.push(line), never);
  return lines;
};

/** What a script prints inside a running slot: it sees what Odoo would see. */
export const inSlot = async (environment: string, script: string, of = 'walls'): Promise<string[]> => {
  const name = `slipway-${instanceOf(of)}-${environment.replace('/', '.')}-blue`;
  const exec = await docker
    .getContainer(name)
    .exec({ Cmd: ['python3', '-u', '-c', script], AttachStdout: true, AttachStderr: true });
  const lines: string[] = [];
  for await (const line of logLines(docker, await exec.start({}))) lines.push(line);
  return lines;
};
