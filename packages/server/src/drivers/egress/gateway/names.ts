import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { type Socket as Connection, createServer } from 'node:net';
import { decode, encode, type Packet, streamEncode } from 'dns-packet';
import { isNamed } from '../../../domain/egress.ts';
import { plainAddress } from '../../shared/inside-addresses.ts';
import { type DoorContext, refusal, type Service } from './door.ts';
import { LIMITS } from './limits.ts';

const NAME_ERROR = 3;
const SERVER_FAILURE = 2;
const TTL = 30;
/** "Authoritative" would be a lie; "recursion available" keeps resolvers from looking elsewhere. */
const ANSWER = 0x8080;

/** Answers for names of the list, and says of all others that there is no such name. No question is passed on for them: a name can carry data out. */
export const answerName = async (question: Packet, door: DoorContext): Promise<Packet> => {
  const [asked] = question.questions ?? [];
  const reply = (code: number, answers: Packet['answers'] = []): Packet => ({
    type: 'response',
    id: question.id ?? 0,
    flags: ANSWER | ((question.flags ?? 0) & 0x0100) | code,
    questions: question.questions ?? [],
    answers,
  });
  if (asked === undefined || (question.questions ?? []).length !== 1) return reply(SERVER_FAILURE);
  const name = asked.name;
  if (!isNamed(door.rules, name)) {
    door.note(refusal('dns', name, 0, 'not on the list'));
    return reply(NAME_ERROR);
  }
  if (asked.type !== 'A') return reply(0);
  const found = await door.resolve(name).catch(() => null);
  door.note({ ...refusal('dns', name, 0, ''), outcome: 'allowed' });
  if (found === null) return reply(SERVER_FAILURE);
  const data = found.map(plainAddress).filter((address) => !address.includes(':'));
  return reply(
    0,
    data.map((address) => ({ type: 'A' as const, name, ttl: TTL, data: address })),
  );
};

const readQuestion = (message: Buffer): Packet | null => {
  try {
    const packet = decode(message);
    return packet.type === 'query' ? packet : null;
  } catch {
    return null;
  }
};

/** DNS at the door, over TCP and UDP at the same port. */
export const serveNames = async (door: DoorContext, port: number): Promise<Service> => {
  const open = new Set<Connection>();
  const server = createServer((client) => {
    open.add(client);
    client.once('close', () => open.delete(client));
    answerStream(client, door);
  });
  server.maxConnections = LIMITS.names;
  server.listen({ host: door.address, port, exclusive: true });
  await once(server, 'listening');
  server.on('error', () => undefined);
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  const closeServer = (): Promise<void> => {
    for (const client of open) client.destroy();
    return new Promise((resolve) => server.close(() => resolve()));
  };
  try {
    const socket = await serveDatagrams(door, bound);
    return {
      port: bound,
      close: async () => {
        socket.close();
        await closeServer();
      },
    };
  } catch (error) {
    await closeServer();
    throw error;
  }
};

const serveDatagrams = async (door: DoorContext, port: number): Promise<Socket> => {
  const socket = createSocket('udp4');
  let busy = 0;
  const answer = async (message: Buffer, from: RemoteInfo): Promise<void> => {
    const question = door.isOurs(from.address) ? readQuestion(message) : null;
    if (question === null || busy >= LIMITS.names) return;
    busy++;
    try {
      const reply = encode(await answerName(question, door));
      socket.send(reply, from.port, from.address, () => undefined);
    } finally {
      busy--;
    }
  };
  socket.on('message', (message, from) => void answer(message, from).catch(() => undefined));
  socket.bind({ address: door.address, port, exclusive: true });
  await once(socket, 'listening');
  socket.on('error', () => undefined);
  return socket;
};

/** One question per connection; its length stands in front. */
const answerStream = (client: Connection, door: DoorContext): void => {
  client.on('error', () => undefined);
  if (!door.isOurs(client.remoteAddress)) return void client.destroy();
  client.setTimeout(LIMITS.nameMilliseconds, () => client.destroy());
  let bytes = Buffer.alloc(0);
  client.on('data', (piece) => {
    bytes = Buffer.concat([bytes, piece]);
    if (bytes.length < 2 || bytes.length < 2 + bytes.readUInt16BE(0)) return;
    client.removeAllListeners('data');
    const question = readQuestion(bytes.subarray(2, 2 + bytes.readUInt16BE(0)));
    if (question === null) return void client.destroy();
    answerName(question, door).then(
      (reply) => client.end(streamEncode(reply)),
      () => client.destroy(),
    );
  });
};
