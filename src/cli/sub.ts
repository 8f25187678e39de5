/** `amber sub`: prints the messages of topics. */
import { connect, type MqttClient } from '../net/client.ts';
import { clientFailure, qosOf, serverOptions } from './client-options.ts';
import { CommandError, type ExitCode, exitCodes } from './exit-code.ts';
import type { CommandIo } from './io.ts';
import { usage, wholeNumber } from './option-values.ts';
import { untilTold } from './until-told.ts';
import type { Arguments } from './verbs.ts';

const REFUSED = 0x80;
/** A timer takes no more. */
const LONGEST_SECONDS = 2_147_483;

interface SubCommand {
  readonly topics: readonly string[];
  readonly qos: 0 | 1 | 2;
  readonly verbose: boolean;
  readonly count: number;
  readonly seconds: number | undefined;
}

/** Prints until --count, --timeout, or an interrupt. @throws CommandError one line, also when --timeout comes before --count */
export async function sub(args: Arguments, io: CommandIo): Promise<ExitCode> {
  const command = commandOf(args);
  const { address, options } = serverOptions(args);
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
      client!.on('message', (topic, payload) => {
        if (left <= 0) return;
        if (command.verbose) io.out(`${topic} `);
        io.out(payload);
        io.out('\n');
        if (--left <= 0) resolve('counted');
      });
    });
    const broken = new Promise<never>((_, reject) => {
      client!.once('error', reject);
      client!.once('offline', () =>
        reject(new CommandError(exitCodes.environment, `${address} closed the connection`)),
      );
    });
    const granted = (async () => {
      for (const { topic, qos } of await client.subscribe(command.topics, { qos: command.qos })) {
        if (qos < REFUSED) continue;
        throw new CommandError(exitCodes.environment, `${address} refuses the subscription to '${topic}'`);
      }
      return new Promise<never>(() => {});
    })();
    // A session that goes on may bring all messages before the subscription is answered.
    granted.catch(() => {});
    broken.catch(() => {});
    const ended = await Promise.race([counted, timeout, signal.told, broken, granted]);
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

function commandOf({ options }: Arguments): SubCommand {
  const { topic: topics = [], count, timeout } = options;
  if ((topics as readonly string[]).length === 0) throw usage('which topic? amber sub --topic FILTER');
  return {
    topics: topics as readonly string[],
    qos: qosOf(options.qos as string | undefined, '--qos'),
    verbose: options.verbose === true,
    count:
      count === undefined ? Infinity : wholeNumber(count as string, '--count', 1, Number.MAX_SAFE_INTEGER),
    seconds:
      timeout === undefined ? undefined : wholeNumber(timeout as string, '--timeout', 1, LONGEST_SECONDS),
  };
}
