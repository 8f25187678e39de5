/** A lamp: it does what the dashboard wants, reports what it has done, and says whether it is there. */
import { connect } from 'mqtt';
import { parseState, type State, topicOf } from './twin.ts';

const id = process.env.DEVICE_ID ?? 'lamp';

/** What the lamp shows. It starts dark, whatever it showed before its power failed. */
export let state: State = { version: 0, on: false, brightness: 100 };

const client = connect(process.env.BROKER_URL ?? 'mqtt://localhost:1883', {
  clientId: `device-${id}`,
  // The broker keeps what was wished for while the lamp is away.
  clean: false,
  keepalive: 10,
  reconnectPeriod: 500,
  will: { topic: topicOf.online(id), payload: Buffer.from('false'), qos: 1, retain: true },
});

client.on('connect', () => {
  client.subscribe(topicOf.desired(id), { qos: 1 });
  client.publish(topicOf.online(id), 'true', { qos: 1, retain: true });
  report();
});

client.on('message', (_topic, payload) => {
  const desired = parseState(payload);
  // At least once, and retained: an old wish can come again after a newer one.
  if (desired === undefined || desired.version <= state.version) return;
  state = desired;
  report();
});

function report(): void {
  // A lamp that has just started knows less than the dashboard, and must not take back what it reported before.
  if (state.version === 0) return;
  client.publish(topicOf.reported(id), JSON.stringify(state), { qos: 1, retain: true });
}

/** Says goodbye, without a will. */
export async function stop(): Promise<void> {
  await client.publishAsync(topicOf.online(id), 'false', { qos: 1, retain: true });
  await client.endAsync();
}
