/** What the dashboard knows of each lamp, and how it asks one for something. */
import { connect } from 'mqtt';
import { parseState, parseTopic, type State, topicOf } from './twin.ts';

/** The digital twin of a lamp. */
export interface Twin {
  desired?: State;
  reported?: State;
  online: boolean;
}

/** Every lamp that was heard of. */
export const twins = new Map<string, Twin>();

const client = connect(process.env.BROKER_URL ?? 'mqtt://localhost:1883', {
  clientId: 'dashboard',
  keepalive: 10,
  reconnectPeriod: 500,
});

client.on('connect', () => {
  client.subscribe('devices/+/+', { qos: 1 });
});

client.on('message', (topic, payload) => {
  const about = parseTopic(topic);
  if (about === undefined) return;
  const twin = twinOf(about.id);
  if (about.says === 'online') {
    twin.online = payload.toString() === 'true';
    return;
  }
  const state = parseState(payload);
  if (state === undefined) return;
  const known = about.says === 'desired' ? twin.desired : twin.reported;
  if (known !== undefined && state.version < known.version) return;
  if (about.says === 'desired') twin.desired = state;
  else twin.reported = state;
});

/** Asks a lamp for something. */
export function wish(id: string, look: Omit<State, 'version'>): State {
  const twin = twinOf(id);
  const version = Math.max(twin.desired?.version ?? 0, twin.reported?.version ?? 0) + 1;
  twin.desired = { version, ...look };
  client.publish(topicOf.desired(id), JSON.stringify(twin.desired), { qos: 1, retain: true });
  return twin.desired;
}

/** Whether a lamp is there and shows what was wished for last. */
export function inStep(id: string): boolean {
  const { desired, reported, online } = twinOf(id);
  return online && desired !== undefined && reported !== undefined && desired.version === reported.version;
}

function twinOf(id: string): Twin {
  let twin = twins.get(id);
  if (twin === undefined) {
    twin = { online: false };
    twins.set(id, twin);
  }
  return twin;
}

export async function stop(): Promise<void> {
  await client.endAsync();
}
