import { createServer } from 'node:http';
import { setPriority } from 'node:os';
import type { Duplex } from 'node:stream';
import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from './domain/clock.ts';
import { Secret } from './domain/secret.ts';
import { forwardTo } from './http/forward.ts';
import { forwardUpgradeTo } from './http/forward-upgrade.ts';
import { answerGithubWebhook, GITHUB_WEBHOOK } from './intake/github/answer-webhook.ts';
import { openDeliveryStore } from './start/delivery-store.ts';
import type { IntakeMessage, IntakeSettings } from './start/intake-thread.ts';

/**
 * A thread of the control plane that holds the API's port. It takes webhooks in by itself, so that whoever sent one does not wait until
 * the work of builds has left the event loop; every other request goes on to the control plane's own server.
 */
const NICENESS = -10;

const settings = workerData as IntakeSettings;
const tell = (message: IntakeMessage): void => parentPort?.postMessage(message);
const log =
  (level: 'info' | 'warn' | 'error') =>
  (facts: unknown, text?: unknown): void => {
    // An error would arrive without its class and its code.
    const plain = facts as { readonly err?: unknown };
    tell({
      log: level,
      facts: plain.err === undefined ? plain : { ...plain, err: String(plain.err) },
      text: String(text),
    });
  };

/** Zero is this thread, not the process. Without the right to it nothing changes. */
const goFirst = (): void => {
  try {
    setPriority(0, NICENESS);
  } catch {}
};

const start = async (): Promise<void> => {
  goFirst();
  const store = await openDeliveryStore(new Secret(settings.databaseUrl));
  const secrets = settings.webhookSecrets.map((secret) => new Secret(secret));
  const webhook = {
    secrets: () => secrets,
    clock: systemClock,
    logger: { info: log('info'), warn: log('warn'), error: log('error') },
    wake: () => tell({ wake: true }),
    store,
  };
  const forward = forwardTo(settings.forwardPort);
  const server = createServer((req, res) =>
    req.method === 'POST' && req.url?.split('?')[0] === GITHUB_WEBHOOK
      ? void answerGithubWebhook(req, res, webhook)
      : forward(req, res),
  );
  const forwardUpgrade = forwardUpgradeTo(settings.forwardPort);
  // The server itself forgets them.
  const upgraded = new Set<Duplex>();
  server.on('upgrade', (req, socket, head) => {
    upgraded.add(socket);
    socket.once('close', () => upgraded.delete(socket));
    forwardUpgrade(req, socket, head);
  });
  server.once('error', (error: NodeJS.ErrnoException) =>
    tell({ failed: { code: error.code, message: error.message } }),
  );
  parentPort?.once('message', () => {
    server.close(() => void store.end().then(() => parentPort?.close()));
    server.closeAllConnections();
    for (const socket of upgraded) socket.destroy();
  });
  server.listen({ host: settings.host, port: settings.port }, () => tell({ listening: true }));
};

start().catch((error: unknown) =>
  tell({ failed: { message: error instanceof Error ? error.message : String(error) } }),
);
