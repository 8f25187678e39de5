/** `amber pub`: publishes a message, or one for each line that is piped in. */
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { MessageProperties } from '../mqtt/codec/packet.ts';
import { connectAsync, type MqttClient } from '../net/client.ts';
import { clientFailure, qosOf, serverOptions } from './client-options.ts';
import { propertiesOf } from './client-properties.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import type { CommandIo } from './io.ts';
import { readGiven, usage } from './option-values.ts';
import type { Arguments } from './verb.ts';

type Payload = string | Uint8Array;

/** Resolves when all is written, or acknowledged to the end at QoS 1 and 2. @throws CommandError one line */
export async function pub(args: Arguments, io: CommandIo): Promise<ExitCode> {
  const { qos, retain } = args.options as { qos?: string; retain?: boolean };
  const server = serverOptions(args);
  const topic = (args.options.topic as string | undefined) ?? server.topic;
  if (topic === undefined) throw usage('which topic? amber pub --topic TOPIC --message TEXT');
  const { publish: properties } = propertiesOf(args);
  const options = {
    qos: qosOf(qos, '--qos'),
    retain: retain === true,
    ...(properties === undefined ? {} : { properties: properties as MessageProperties }),
  };
  const payloads = payloadsOf(args, io);
  let client: MqttClient | undefined;
  try {
    client = await connectAsync(server.address, server.options);
    for await (const payload of payloads) await client.publish(topic, payload, options);
    await client.end();
  } catch (error) {
    await client?.end(true);
    throw clientFailure(error, server.address);
  }
  return exitCodes.passed;
}

/** @throws CommandError unless exactly one way to say the payload was taken. */
function payloadsOf({ options }: Arguments, io: CommandIo): Iterable<Payload> | AsyncIterable<Payload> {
  const { message, file } = options as Readonly<Record<string, string | undefined>>;
  const lines = options['stdin-line'] === true;
  const whole = options['stdin-file'] === true;
  const ways = [message !== undefined, file !== undefined, options['null-message'] === true, lines, whole];
  if (ways.filter(Boolean).length !== 1) {
    throw usage('say the message once: --message, --file, --null-message, --stdin-line or --stdin-file');
  }
  if (lines) return linesOf(io.input());
  if (whole) return wholeOf(io.input());
  return [file === undefined ? (message ?? '') : readGiven(file)];
}

/** Begins to read when somebody asks for the first: a line that nobody waits for would be lost. */
async function* linesOf(input: AsyncIterable<Uint8Array>): AsyncIterable<string> {
  yield* createInterface({ input: Readable.from(input), crlfDelay: Infinity });
}

async function* wholeOf(input: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of input) chunks.push(chunk);
  yield Buffer.concat(chunks);
}
