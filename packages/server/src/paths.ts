import { join } from 'node:path';

/** Where things lie in the data folder: one list, so that `down --purge` and backups know them all. */
export const dataPaths = (data: string) => ({
  server: join(data, 'server.json'),
  serverLog: join(data, 'server.log'),
  serverPid: join(data, 'server.pid'),
  token: join(data, 'token'),
  instance: join(data, 'instance'),
  masterKey: join(data, 'master.key'),
  evidenceKey: join(data, 'evidence.key'),
  evidenceTip: join(data, 'evidence.tip'),
  edgeSettings: join(data, 'edge.json'),
  edgeState: join(data, 'edge-routes.json'),
  edgePid: join(data, 'edge.pid'),
  edgeLog: join(data, 'edge.log'),
  /** What its start says, and its last words. */
  edgeStart: join(data, 'edge-start.log'),
  gatewaySettings: join(data, 'gateway.json'),
  gatewayState: join(data, 'gateway-doors.json'),
  gatewaySocket: join(data, 'gateway.sock'),
  gatewayLog: join(data, 'gateway.log'),
  postgres: join(data, 'postgres'),
  evidence: join(data, 'evidence'),
  /** What shells showed. */
  shells: join(data, 'shells'),
  repositories: join(data, 'repositories'),
  filestores: join(data, 'filestores'),
  snapshots: join(data, 'snapshots'),
  /** Servers that replay a log while a moment is restored. */
  recovery: join(data, 'recovery'),
});
