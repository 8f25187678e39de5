/** `amber sub`: prints the messages of topics. */
import { filterFault, matches } from '../mqtt/topic/index.ts';
import { connect, type MessagePacket, type MqttClient, type SubscribeOptions } from '../net/client.ts';
import { clientFailure, qosOf, serverOptions } from './client-options.ts';
import { propertiesOf } from './client-properties.ts';
import { CommandError, type ExitCode, exitCodes } from './exit-code.ts';
import type { CommandIo } from './io.ts';
import { messageFormat } from './message-format.ts';
import { LONGEST_TIMER_MILLIS, usage, wholeNumber } from './option-values.ts';
import { untilTold } from './until-told.ts';
import type { Arguments } from './verb.ts';

const REFUSED = 0x80;
const LONGEST_SECONDS = Math.floor(LONGEST_TIMER_MILLIS / 1_000);

interface SubCommand {
  readonly topics: readonly string[];
  readonly qos: 0 | 1 | 2;
  readonly properties: SubscribeOptions['properties'];
  format(packet: MessagePacket): Uint8Array;
  prints(packet: MessagePacket): boolean;
  readonly newline: boolean;
  readonly count: number;
  readonly seconds: number | undefined;
}

/** Prints until --count, --timeout, an interrupt, or the end of who reads it. @throws CommandError one line, also when --timeout comes before --count */
export async function sub(args: Arguments, io: CommandIo): Promise<ExitCode> {
  const { address, options, topic: own } = serverOptions(args);
  const command = commandOf(args, own);
  const signal = untilTold(io);
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<'timeout'>((resolve) => {
    if (command.seconds !== undefined) timer = setTimeout(() => resolve('timeout'), command.seconds * 1_000);
  });
  let client: MqttClient | undefined;
  let left = command.count;
  try {
    client = connect(address, options);
    const counted = new Promise<'counted'>((resolve) => {
      client!.on('message', (_topic, _payload, packet) => {
        if (left <= 0 || !command.prints(packet)) return;
        io.out(command.format(packet));
        if (command.newline) io.out('\n');
        if (--left <= 0) resolve('counted');
      });
    });
    const broken = new Promise<never>((_, reject) => {
      client!.once('error', reject);
      client!.once('offline', () =>
        reject(new CommandError(exitCodes.environment, `${address} closed the connection`)),
      );
    });
    const { qos, properties } = command;
    const asked = properties === undefined ? { qos } : { qos, properties };
    const granted = (async () => {
      for (const { topic, qos: code } of await client.subscribe(command.topics, asked)) {
        if (code < REFUSED) continue;
        throw new CommandError(exitCodes.environment, `${address} refuses the subscription to '${topic}'`);
      }
      return new Promise<never>(() => {});
    })();
    // A session that goes on may bring all messages before the subscription is answered.
    granted.catch(() => {});
    broken.catch(() => {});
    const ended = await Promise.race([counted, timeout, signal.told, io.abandoned, broken, granted]);
    client.removeAllListeners('offline');
    await client.end();
    if (ended !== 'timeout' || command.count === Infinity) return exitCodes.passed;
    const got = command.count - left;
    throw new CommandError(
      exitCodes.environment,
      `${got} of ${command.count} messages came within ${command.seconds} s`,
    );
  } catch (error) {
    await client?.end(true);
    throw clientFailure(error, address);
  } finally {
    clearTimeout(timer);
    signal.forget();
  }
}

function commandOf(args: Arguments, own: string | undefined): SubCommand {
  const { options } = args;
  const { count, timeout, format } = options as Readonly<Record<string, string | undefined>>;
  const topics = [...((options.topic ?? []) as readonly string[]), ...(own === undefined ? [] : [own])];
  if (topics.length === 0) throw usage('which topic? amber sub --topic FILTER');
  const hidden = (options['filter-out'] ?? []) as readonly string[];
  for (const filter of hidden) {
    const fault = filterFault(filter);
    if (fault !== undefined) throw usage(`--filter-out '${filter}' ${fault.text}`);
  }
  const hidesRetained = options['no-retained'] === true;
  return {
    topics,
    qos: qosOf(options.qos as string | undefined, '--qos'),
    properties: propertiesOf(args).subscribe as SubscribeOptions['properties'],
    format: messageFormat(format ?? (options.verbose === true ? '%t %p' : '%p')),
    prints: ({ topic, retain }) =>
      !(retain && hidesRetained) && !hidden.some((filter) => matches(filter, topic)),
    newline: options['no-newline'] !== true,
    count: count === undefined ? Infinity : wholeNumber(count, '--count', 1, Number.MAX_SAFE_INTEGER),
    seconds: timeout === undefined ? undefined : wholeNumber(timeout, '--timeout', 1, LONGEST_SECONDS),
  };
}
