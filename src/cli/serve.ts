/** `amber serve`: the broker of the simulation for real clients. */
import { createSecureContext } from 'node:tls';
import type { BrokerOptions } from '../mqtt/broker/options.ts';
import { RecordError } from '../mqtt/session/record.ts';
import { readAcl } from '../net/acl-file.ts';
import { DirectoryStore } from '../net/directory-store.ts';
import { AccessFileError, readPasswords } from '../net/password-file.ts';
import { type BrokerServer, serve } from '../net/serve.ts';
import { StoreError } from '../net/store.ts';
import { CommandError, type ExitCode, exitCodes } from './exit-code.ts';
import type { CommandIo } from './io.ts';
import { oneOf, PORT_MAXIMUM, readGiven, usage, wholeNumber } from './option-values.ts';
import { Recording, type RecordingGoal, recordingGoal } from './recording.ts';
import { brokerOptionsOf } from './serve-options.ts';
import { untilTold } from './until-told.ts';
import type { Arguments } from './verb.ts';

const MQTT_PORT = 1883;
const LOOPBACK = '127.0.0.1';

interface ServeCommand {
  readonly port: number;
  readonly wsPort: number | undefined;
  readonly host: string;
  readonly directory: string | undefined;
  readonly durability: 'sync' | 'interval';
  readonly record: RecordingGoal | undefined;
  readonly options: ReturnType<typeof brokerOptionsOf> & Pick<BrokerOptions, 'authenticate' | 'authorize'>;
  readonly origins: readonly string[] | undefined;
  readonly tls: { cert: Buffer; key: Buffer } | undefined;
  /** Nobody gets in without a password. */
  readonly guarded: boolean;
}

/**
 * Serves until it is told to end, by SIGINT or SIGTERM, and then puts everything in order.
 *
 * @throws {CommandError} one line: usage, a port in use, a directory that is in use or cannot be trusted, a full disk
 */
export async function serveCommand(args: Arguments, io: CommandIo): Promise<ExitCode> {
  const command = commandOf(args);
  const signal = untilTold(io);
  let server: BrokerServer | undefined;
  let recording: Recording | undefined;
  try {
    recording = await recordingOf(command, io, () => void server?.close());
    server = await start(command, recording);
    announce(server, command, recording?.url, io);
    await Promise.race([signal.told, server.closed]);
    await server.close();
  } catch (error) {
    if (server === undefined) await recording?.abandon();
    else await recording?.finish();
    throw explained(error, command);
  } finally {
    signal.forget();
  }
  await recording?.finish();
  return exitCodes.passed;
}

function commandOf({ options }: Arguments): ServeCommand {
  const text = (name: string) => options[name] as string | undefined;
  const {
    port = `${MQTT_PORT}`,
    host = LOOPBACK,
    data: directory,
    durability,
  } = options as Record<string, string>;
  const wsPort = text('ws-port');
  if (wsPort === undefined && options.origin !== undefined) throw usage('--origin is for --ws-port');
  const passwords = text('password-file');
  const acl = text('acl');
  if (directory === undefined && durability !== undefined) {
    throw usage('--durability says how safe --data is; without --data nothing is kept');
  }
  return {
    port: wholeNumber(port, '--port', 0, PORT_MAXIMUM),
    wsPort: wsPort === undefined ? undefined : wholeNumber(wsPort, '--ws-port', 0, PORT_MAXIMUM),
    host,
    directory,
    durability: oneOf(durability ?? 'sync', '--durability', ['sync', 'interval']),
    record: recordingGoal(options),
    options: {
      ...brokerOptionsOf(options),
      ...(passwords === undefined ? {} : { authenticate: fromFile(passwords, readPasswords) }),
      ...(acl === undefined ? {} : { authorize: fromFile(acl, readAcl) }),
    },
    origins: options.origin as readonly string[] | undefined,
    tls: tlsOf(text('cert'), text('key')),
    guarded: passwords !== undefined,
  };
}

/** @throws CommandError when there is one without the other, or it is no certificate with its key. */
function tlsOf(cert: string | undefined, key: string | undefined): ServeCommand['tls'] {
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined) throw usage('--cert and --key need each other');
  const tls = { cert: readGiven(cert), key: readGiven(key) };
  try {
    createSecureContext(tls);
  } catch (error) {
    throw usage(`${cert} and ${key} are no certificate and its key in PEM: ${(error as Error).message}`);
  }
  return tls;
}

/** @throws CommandError naming the file, and the line that is wrong. */
function fromFile<T>(path: string, read: (text: string) => T): T {
  try {
    return read(readGiven(path).toString());
  } catch (error) {
    if (error instanceof AccessFileError) throw usage(`${path}, ${error.message}`);
    throw error;
  }
}

async function recordingOf(
  { host, port, record }: ServeCommand,
  io: CommandIo,
  failed: () => void,
): Promise<Recording | undefined> {
  if (record === undefined) return undefined;
  const what = { scenario: 'amber serve', vantage: 'broker' as const, parameters: { host, port } };
  return Recording.open(record, what, io, failed);
}

async function start(command: ServeCommand, recording: Recording | undefined): Promise<BrokerServer> {
  const { port, wsPort, host, directory, durability, options, origins, tls } = command;
  const store = directory === undefined ? undefined : await DirectoryStore.open(directory, durability);
  return serve({
    port,
    host,
    options: store === undefined ? options : { ...options, durability },
    ...(wsPort === undefined ? {} : { ws: { port: wsPort } }),
    ...(origins === undefined ? {} : { origins }),
    ...(tls === undefined ? {} : { tls }),
    ...(store === undefined ? {} : { store }),
    ...(recording === undefined ? {} : { trace: recording.recorder }),
  });
}

function announce(
  server: BrokerServer,
  command: ServeCommand,
  page: string | undefined,
  io: CommandIo,
): void {
  const url = (scheme: string, { host, port }: { host: string; port: number }) =>
    `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}\n`;
  const secure = command.tls === undefined ? '' : 's';
  io.out(url(`mqtt${secure}`, server.address));
  if (server.ws !== undefined) io.out(url(`ws${secure}`, server.ws));
  if (page !== undefined) io.out(`${page}\n`);
  if (!command.guarded && !isLoopback(server.address.host)) {
    io.err(
      `amber: ${command.host} is more than this machine, and nobody is asked for a password: ` +
        'whoever reaches it can read and publish everything\n',
    );
  }
  if (io.errIsTerminal) io.err('Ctrl-C ends it.\n');
}

function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1';
}

function explained(error: unknown, { port, wsPort, host, directory }: ServeCommand): unknown {
  if (error instanceof StoreError) return new CommandError(exitCodes.environment, error.message);
  if (error instanceof RecordError) {
    const message = `${directory} cannot be trusted: ${error.message}; move it away to begin anew`;
    return new CommandError(exitCodes.environment, message);
  }
  const { code, port: failed = port } = error as NodeJS.ErrnoException & { port?: number };
  const option = failed === wsPort && failed !== port ? '--ws-port' : '--port';
  if (code === 'EADDRINUSE') {
    const message = `port ${failed} of ${host} is in use: choose another with ${option}`;
    return new CommandError(exitCodes.environment, message);
  }
  if (code === 'EACCES' && failed < 1024) {
    return new CommandError(
      exitCodes.environment,
      `port ${failed} may not be used by you: choose another with ${option}`,
    );
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return new CommandError(exitCodes.environment, `${host} is no address of this machine`);
  }
  return error;
}
