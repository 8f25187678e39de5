/**
 * The other end of the reproductions, on real TCP and without Amber: a client and a broker that say what a script has them say, in bytes
 * of mqtt-packet, and the broker under suspicion.
 *
 * `AEDES` and `MQTTJS` name the packages to be looked at, for another version that is installed under an alias.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import packets from 'mqtt-packet';

/** Starts aedes with these options and gives a dialler for clients of 3.1.1 that answer nothing by themselves. */
export async function startAedes(options) {
  const library = await import(process.env.AEDES ?? 'aedes');
  const broker = library.Aedes?.createBroker
    ? await library.Aedes.createBroker(options)
    : library.default(options);
  const server = net.createServer(broker.handle).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  return { broker, server, port, connect: (...what) => dial(port, ...what) };
}

/** A folder for a store, that is gone when the script is. */
export function storeFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'amber-found-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A store on disk: gives options for each broker that is started on it, one after the other. */
export async function openStore() {
  const { ClassicLevel } = await import('classic-level');
  const { default: persistence } = await import('aedes-persistence-level');
  const level = new ClassicLevel(storeFolder());
  return (options) => ({ persistence: persistence(level), ...options });
}

/**
 * Starts aedes in a process of its own, on a store in that folder: `kill` ends it as a crash does. `dies` names a method of its
 * persistence at whose first call it ends itself so.
 */
export async function forkAedes(folder, { dies = '' } = {}) {
  const child = fork(new URL('./broker.mjs', import.meta.url), [folder, dies]);
  process.on('exit', () => child.kill('SIGKILL'));
  const [port] = await once(child, 'message');
  return { port, kill: () => child.kill('SIGKILL'), connect: (...what) => dial(port, ...what) };
}

/**
 * One connection. `read` is all that it was sent, `on` is told of each packet as it comes; `has` waits for so many of a type, `asks`
 * subscribes and waits for the answer, `leaves` waits until the broker has noticed the end.
 */
export async function dial(port, clientId, { clean = true, on = () => {}, ...more } = {}) {
  const client = { socket: net.connect(port, '127.0.0.1'), read: [], closed: false };
  client.send = (...what) =>
    client.socket.write(Buffer.concat(what.map((packet) => packets.generate(packet))));
  const parser = packets.parser().on('packet', (packet) => {
    client.read.push(packet);
    on(packet, client);
  });
  client.socket.on('data', (bytes) => parser.parse(bytes)).on('error', () => {});
  client.socket.on('close', () => {
    client.closed = true;
  });
  client.has = (cmd, count = 1) =>
    until(() => client.closed || client.read.filter((packet) => packet.cmd === cmd).length >= count);
  client.asks = async (filters) => {
    client.send(subscribe(...filters));
    await client.has('suback');
  };
  client.leaves = async (how = () => client.send({ cmd: 'disconnect' })) => {
    how();
    await until(() => client.closed);
    await settle();
  };
  client.send({ cmd: 'connect', protocolVersion: 4, keepalive: 0, clientId, clean, ...more });
  await client.has('connack');
  return client;
}

/** Starts a broker that leaves every answer to `on(packet, send, socket, number of the connection)`. */
export async function startScripted(protocolVersion, on) {
  const scripted = { connections: 0 };
  const server = net.createServer((socket) => {
    const number = ++scripted.connections;
    const parser = packets.parser({ protocolVersion });
    const send = (...what) =>
      socket.write(Buffer.concat(what.map((packet) => packets.generate(packet, { protocolVersion }))));
    parser.on('packet', (packet) => on(packet, send, socket, number));
    socket.on('data', (bytes) => parser.parse(bytes)).on('error', () => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { default: mqtt } = await import(process.env.MQTTJS ?? 'mqtt');
  const url = `mqtt://127.0.0.1:${server.address().port}`;
  scripted.connect = (options) =>
    mqtt
      .connect(url, { protocolVersion, clientId: 'device', reconnectPeriod: 20, ...options })
      .on('error', () => {});
  return scripted;
}

/** CONNACK, good in both versions. */
export const connack = (more) => ({
  cmd: 'connack',
  returnCode: 0,
  reasonCode: 0,
  sessionPresent: false,
  ...more,
});

export const publish = (topic, qos, messageId, more) => ({
  cmd: 'publish',
  topic,
  payload: topic,
  qos,
  messageId,
  ...more,
});

export const subscribe = (...filters) => ({
  cmd: 'subscribe',
  messageId: 1,
  subscriptions: filters.map(([topic, qos]) => ({ topic, qos })),
});

/** What was published to this client, payloads as text. */
export const payloads = ({ read }) =>
  read.filter(({ cmd }) => cmd === 'publish').map(({ payload }) => `${payload}`);

/** Waits until that is so, or until it was looked so often, for about five seconds: what is not there then does not come. */
export async function until(isSo) {
  for (let looks = 0; looks < 2_000 && !isSo(); looks++) await pause(2);
}

/** Waits for what may be under way on loopback, in turns: where a machine has no time for this process, that time is none for what it waits for. */
export async function settle(milliseconds = 150) {
  for (let left = milliseconds; left > 0; left -= 10) await pause(Math.min(left, 10));
}

/** Says what was seen; the exit code is 0 when that is the misbehaviour. */
export function report(seen, what) {
  console.log(`${seen ? 'seen' : 'NOT SEEN'}: ${what}`);
  process.exit(seen ? 0 : 1);
}
