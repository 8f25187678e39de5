/** `amber pub`: publishes one message. */
import { connectAsync, type MqttClient } from '../net/client.ts';
import { clientFailure, payloadOf, qosOf, serverOptions } from './client-options.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import type { CommandIo } from './io.ts';
import { usage } from './option-values.ts';
import type { Arguments } from './verbs.ts';

/** Resolves when the message is written, or acknowledged to the end at QoS 1 and 2. @throws CommandError one line */
export async function pub(args: Arguments, _io: CommandIo): Promise<ExitCode> {
  const { topic, qos, retain } = args.options as { topic?: string; qos?: string; retain?: boolean };
  if (topic === undefined) throw usage('which topic? amber pub --topic TOPIC --message TEXT');
  const options = { qos: qosOf(qos, '--qos'), retain: retain === true };
  const payload = payloadOf(args);
  const server = serverOptions(args);
  let client: MqttClient | undefined;
  try {
    client = await connectAsync(server.address, server.options);
    await client.publish(topic, payload, options);
    await client.end();
  } catch (error) {
    await client?.end(true);
    throw clientFailure(error, server.address);
  }
  return exitCodes.passed;
}
