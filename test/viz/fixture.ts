/**
 * Traces made by hand for the tests of the viewer: what happens is written down as a story with times, put in order,
 * and recorded by the same writer that records a run.
 */
import fc from 'fast-check';
import { Lives, obituariesOf } from '../../src/check/lives/index.ts';
import { encode, type Packet, type ProtocolVersion } from '../../src/mqtt/codec/index.ts';
import { digestOf } from '../../src/trace/digest.ts';
import {
  TRACE_FORMAT,
  TRACE_VERSION,
  type TraceEvent,
  type TraceFooter,
  type TraceHeader,
  type TraceMessage,
} from '../../src/trace/event.ts';
import { TraceWriter } from '../../src/trace/jsonl.ts';

/** An event without its ordinal; `of` and causes refer to drafts until the order is known. */
type Draft = Record<string, unknown> & {
  t: number;
  k: string;
  n: string;
  because?: Draft;
  ofDraft?: Draft;
  aboutDrafts?: Draft[];
};

export interface Fixture {
  header: TraceHeader;
  events: TraceEvent[];
  footer: TraceFooter;
  /** The file, not compressed. */
  text: string;
}

const MS = 1_000;
const S = 1_000_000;

/** Gathers drafts in any order and sorts them by time; ties keep the order in which they were told. */
export class Draughtsman {
  readonly #drafts: Draft[] = [];
  readonly #calls = new Map<string, number>();
  #faults = 0;

  put(
    t: number,
    k: string,
    n: string,
    because: Draft | undefined,
    rest: Record<string, unknown> = {},
  ): Draft {
    const draft: Draft = { t, k, n, ...rest, ...(because === undefined ? {} : { because }) };
    this.#drafts.push(draft);
    return draft;
  }

  call(t: number, n: string, rest: Record<string, unknown>): Draft {
    const call = (this.#calls.get(n) ?? 0) + 1;
    this.#calls.set(n, call);
    return this.put(t, 'app.call', n, undefined, { call, ...rest });
  }

  settle(t: number, because: Draft, outcome: 'ok' | 'failed', text: string, call: Draft): Draft {
    return this.put(t, 'app.settled', call.n, because, { call: call.call, outcome, text });
  }

  send(
    t: number,
    n: string,
    conn: string,
    packet: Packet,
    because: Draft | undefined,
    v: ProtocolVersion = 4,
  ): Draft {
    return this.put(t, 'packet.sent', n, because, { conn, bytes: encode(packet, v).slice(), v });
  }

  /** Sends a packet that arrives; the arrival is returned. */
  pass(
    t: number,
    from: string,
    to: string,
    conn: string,
    packet: Packet,
    latency: number,
    because: Draft | undefined,
    v: ProtocolVersion = 4,
  ): Draft {
    const sent = this.send(t, from, conn, packet, because, v);
    return this.put(t + latency, 'packet.received', to, sent, { conn, ofDraft: sent });
  }

  lose(
    t: number,
    n: string,
    sent: Draft,
    at: 'sender' | 'network' | 'receiver',
    reason: string,
    because: Draft,
  ): Draft {
    return this.put(t, 'packet.lost', n, because, { conn: sent.conn, ofDraft: sent, at, reason });
  }

  fault(t: number, family: string, target: string, detail: Record<string, unknown>, forMicros = 0): Draft {
    const fault = `f${++this.#faults}`;
    const began = this.put(t, 'fault.began', '', undefined, { fault, family, target, detail });
    if (forMicros > 0) this.put(t + forMicros, 'fault.ended', '', began, { fault });
    return began;
  }

  /** Dials and establishes; returns the establishment at the dialler. */
  dial(
    t: number,
    from: string,
    to: string,
    conn: string,
    latency: number,
    because: Draft | undefined,
  ): Draft {
    const ends = { conn, from, to };
    const dialled = this.put(t, 'conn.dialled', from, because, ends);
    const accepted = this.put(t + latency, 'conn.accepted', to, dialled, ends);
    return this.put(t + 2 * latency, 'conn.established', from, accepted, ends);
  }

  end(t: number, n: string, conn: string, end: string, because: Draft | undefined): Draft {
    return this.put(t, 'conn.ended', n, because, { conn, end });
  }

  finish(scenario: string, seed: string, verdict: TraceFooter['verdict']): Fixture {
    const header: TraceHeader = {
      format: TRACE_FORMAT,
      version: TRACE_VERSION,
      amber: '0.1.0',
      scenario,
      seed,
      parameters: { qos: 2, loss: 0.02 },
      level: 'packets',
      vantage: 'both-ends',
    };
    const sorted = this.#drafts.map((draft, told) => ({ draft, told }));
    sorted.sort((one, other) => one.draft.t - other.draft.t || one.told - other.told);
    const ordinals = new Map<Draft, number>();
    for (const [position, { draft }] of sorted.entries()) ordinals.set(draft, position + 1);
    const events: TraceEvent[] = sorted.map(({ draft }, position) => {
      const { because, ofDraft, aboutDrafts, ...rest } = draft;
      return {
        i: position + 1,
        c: because === undefined ? 0 : ordinals.get(because)!,
        ...rest,
        ...(ofDraft === undefined ? {} : { of: ordinals.get(ofDraft)! }),
        ...(aboutDrafts === undefined ? {} : { about: aboutDrafts.map((each) => ordinals.get(each)!) }),
      } as unknown as TraceEvent;
    });
    const lives = new Lives('both-ends');
    for (const event of events) lives.observe(event);
    for (const { verdicts, steps, node, accusation: _said, ...obituary } of obituariesOf(lives)) {
      const told = {
        i: events.length + 1,
        t: events.at(-1)!.t,
        c: verdicts[0]!,
        k: 'obituary' as const,
        n: node,
      };
      events.push({ ...told, ...obituary, verdicts, steps: steps.map(({ i, how, text }) => [i, how, text]) });
    }
    let text = '';
    const writer = new TraceWriter(header, (chunk) => {
      text += chunk;
    });
    for (const event of events) writer.event(event);
    const footer = writer.finish({ digest: digestOf(events), verdict });
    return { header, events, footer, text };
  }
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function message(topic: string, payload: string, qos: 0 | 1 | 2, retain = false): TraceMessage {
  return { topic, payload: bytesOf(payload), qos, retain };
}

const LATENCY: Readonly<Record<string, number>> = {
  sensor: 31 * MS,
  meter: 18 * MS,
  screen: 5 * MS,
  archive: 7 * MS,
  'screen-spare': 6 * MS,
};

/**
 * A day in the life of a small plant: QoS 0, 1 and 2, a cut with lost packets, a quiet minute with a keep-alive, a crash of the
 * hub, a takeover, and one promise broken.
 */
export function plantFixture(): Fixture {
  const d = new Draughtsman();
  const hub = 'hub';
  const late = (node: string): number => LATENCY[node]!;
  const promises = {
    durability: 'sync',
    queueLimit: 1000,
    queueQoS0: false,
    overlap: 'once',
    keepAliveFactor: 1.5,
    maximumQoS: 2,
    sessionExpiry: 3600,
    retainedExpiry: null,
  };
  d.put(0, 'node.added', hub, undefined, { role: 'broker', promises });
  for (const node of Object.keys(LATENCY)) d.put(0, 'node.added', node, undefined, { role: 'client' });
  for (const node of Object.keys(LATENCY)) {
    d.put(0, 'link.added', '', undefined, {
      link: `${node}-hub`,
      a: node,
      b: hub,
      description: `${late(node) / MS} ms`,
    });
  }
  d.put(0, 'node.started', hub, undefined, { life: 1 });
  for (const node of Object.keys(LATENCY)) d.put(0, 'node.started', node, undefined, { life: 1 });

  const connect = (t: number, node: string, n: number, sessionPresent: boolean, clientId = node): Draft => {
    const conn = `${node}>hub#${n}`;
    const lag = late(node);
    const call = d.call(t, node, { op: 'connect', to: hub, clean: false, client: clientId, keepAlive: 60 });
    const established = d.dial(t, node, hub, conn, lag, call);
    const will = { topic: `plant/status/${node}`, payload: bytesOf('gone'), qos: 1, retain: false } as const;
    const asked = d.pass(
      t + 2 * lag,
      node,
      hub,
      conn,
      {
        type: 'connect',
        protocolVersion: 4,
        clientId,
        cleanStart: false,
        keepAlive: 60,
        ...(node === 'sensor' ? { will } : {}),
      },
      lag,
      established,
    );
    const answered = d.pass(
      t + 3 * lag,
      hub,
      node,
      conn,
      { type: 'connack', sessionPresent, reasonCode: 0 },
      lag,
      asked,
    );
    d.settle(t + 4 * lag, answered, 'ok', sessionPresent ? 'session present' : 'new session', call);
    return answered;
  };
  const subscribe = (t: number, node: string, filter: string, qos: 0 | 1 | 2, packetId: number): Draft => {
    const conn = `${node}>hub#1`;
    const call = d.call(t, node, { op: 'subscribe', filters: [{ filter, qos }] });
    const asked = d.pass(
      t,
      node,
      hub,
      conn,
      { type: 'subscribe', packetId, subscriptions: [{ filter, qos }] },
      late(node),
      call,
    );
    const granted = d.pass(
      t + late(node),
      hub,
      node,
      conn,
      { type: 'suback', packetId, reasonCodes: [qos] },
      late(node),
      asked,
    );
    return d.settle(t + 2 * late(node), granted, 'ok', `granted QoS ${qos}`, call);
  };
  /** The hub hands a message to a subscriber; returns the delivery. */
  const hand = (
    t: number,
    to: string,
    n: number,
    what: TraceMessage,
    packetId: number,
    because: Draft,
  ): Draft => {
    const conn = `${to}>hub#${n}`;
    const lag = late(to);
    const id = what.qos === 0 ? {} : { packetId };
    const got = d.pass(t, hub, to, conn, { type: 'publish', ...what, dup: false, ...id }, lag, because);
    const delivered = d.put(t + lag, 'app.delivered', to, got, { message: what, dup: false });
    if (what.qos === 1) d.pass(t + lag, to, hub, conn, { type: 'puback', packetId }, lag, got);
    if (what.qos === 2) {
      const seen = d.pass(t + lag, to, hub, conn, { type: 'pubrec', packetId }, lag, got);
      const released = d.pass(t + 2 * lag, hub, to, conn, { type: 'pubrel', packetId }, lag, seen);
      d.pass(t + 3 * lag, to, hub, conn, { type: 'pubcomp', packetId }, lag, released);
    }
    return delivered;
  };

  d.put(0, 'note', '', undefined, { text: 'Two devices report to a hub; a screen and an archive listen.' });
  connect(2 * MS, 'screen', 1, false);
  connect(4 * MS, 'archive', 1, false);
  subscribe(40 * MS, 'screen', 'plant/+/temperature', 2, 1);
  subscribe(44 * MS, 'archive', 'plant/#', 1, 1);
  connect(90 * MS, 'sensor', 1, false);
  connect(100 * MS, 'meter', 1, false);

  // QoS 2 all the way to the screen, QoS 1 to the archive.
  let t = 300 * MS;
  const reading = message('plant/1/temperature', '21.5', 2);
  let call = d.call(t, 'sensor', { op: 'publish', message: reading });
  const first = d.pass(
    t,
    'sensor',
    hub,
    'sensor>hub#1',
    { type: 'publish', ...reading, dup: false, packetId: 1 },
    31 * MS,
    call,
  );
  const recorded = d.pass(
    t + 31 * MS,
    hub,
    'sensor',
    'sensor>hub#1',
    { type: 'pubrec', packetId: 1 },
    31 * MS,
    first,
  );
  hand(t + 31 * MS, 'screen', 1, reading, 1, first);
  hand(t + 31 * MS, 'archive', 1, { ...reading, qos: 1 }, 1, first);
  const released = d.pass(
    t + 62 * MS,
    'sensor',
    hub,
    'sensor>hub#1',
    { type: 'pubrel', packetId: 1 },
    31 * MS,
    recorded,
  );
  const complete = d.pass(
    t + 93 * MS,
    hub,
    'sensor',
    'sensor>hub#1',
    { type: 'pubcomp', packetId: 1 },
    31 * MS,
    released,
  );
  d.settle(t + 124 * MS, complete, 'ok', 'QoS 2 complete', call);

  // QoS 0 and a retained QoS 1 from the meter, two packets in one instant.
  t = 480 * MS;
  const power = message('plant/2/power', '1180', 0);
  const state = message('plant/2/state', 'on', 1, true);
  call = d.call(t, 'meter', { op: 'publish', message: power });
  const powered = d.pass(
    t,
    'meter',
    hub,
    'meter>hub#1',
    { type: 'publish', ...power, dup: false },
    18 * MS,
    call,
  );
  call = d.call(t, 'meter', { op: 'publish', message: state });
  const stated = d.pass(
    t,
    'meter',
    hub,
    'meter>hub#1',
    { type: 'publish', ...state, dup: false, packetId: 1 },
    18 * MS,
    call,
  );
  d.pass(t + 18 * MS, hub, 'meter', 'meter>hub#1', { type: 'puback', packetId: 1 }, 18 * MS, stated);
  hand(t + 18 * MS, 'archive', 1, power, 0, powered);
  hand(t + 18 * MS, 'archive', 1, { ...state, retain: false }, 2, stated);

  // The uplink of the sensor is cut between PUBLISH and PUBREC.
  t = 700 * MS;
  d.put(t, 'note', '', undefined, {
    text: 'The uplink of the sensor is cut. What was in flight is lost with its connection; TCP hides no more than that.',
  });
  const second = message('plant/1/temperature', '21.7', 2);
  call = d.call(t, 'sensor', { op: 'publish', message: second });
  const third = message('plant/1/temperature', '21.9', 2);
  const lost = d.send(
    t,
    'sensor',
    'sensor>hub#1',
    { type: 'publish', ...second, dup: false, packetId: 2 },
    call,
  );
  const lastCall = d.call(t + 4 * MS, 'sensor', { op: 'publish', message: third });
  const unsent = d.send(
    t + 4 * MS,
    'sensor',
    'sensor>hub#1',
    { type: 'publish', ...third, dup: false, packetId: 3 },
    lastCall,
  );
  const cut = d.fault(t + 12 * MS, 'partition', 'sensor-hub', { for: 3 * S }, 3 * S);
  const gone = d.end(t + 1500 * MS, 'sensor', 'sensor>hub#1', 'timed-out', cut);
  d.lose(t + 1500 * MS, 'hub', lost, 'network', 'partition', gone);
  d.lose(t + 1500 * MS, 'sensor', unsent, 'sender', 'connection timed out', gone);
  d.end(t + 3200 * MS, hub, 'sensor>hub#1', 'reset', cut);

  t = 4300 * MS;
  const back = connect(t, 'sensor', 2, true);
  let at = t + 4 * 31 * MS;
  for (const [index, again] of [second, third].entries()) {
    const packetId = index + 2;
    const got = d.pass(
      at,
      'sensor',
      hub,
      'sensor>hub#2',
      { type: 'publish', ...again, dup: true, packetId },
      31 * MS,
      back,
    );
    const taken = d.pass(
      at + 31 * MS,
      hub,
      'sensor',
      'sensor>hub#2',
      { type: 'pubrec', packetId },
      31 * MS,
      got,
    );
    hand(at + 31 * MS, 'screen', 1, again, packetId, got);
    const freed = d.pass(
      at + 62 * MS,
      'sensor',
      hub,
      'sensor>hub#2',
      { type: 'pubrel', packetId },
      31 * MS,
      taken,
    );
    d.pass(at + 93 * MS, hub, 'sensor', 'sensor>hub#2', { type: 'pubcomp', packetId }, 31 * MS, freed);
    at += 9 * MS;
  }

  // A quiet minute: nothing but keep-alives.
  for (const [node, n, when] of [
    ['screen', 1, 64_400],
    ['archive', 1, 64_420],
    ['meter', 1, 64_450],
    ['sensor', 2, 64_600],
  ] as const) {
    const conn = `${node}>hub#${n}`;
    const ping = d.pass(when * MS, node, hub, conn, { type: 'pingreq' }, late(node), undefined);
    d.pass(when * MS + late(node), hub, node, conn, { type: 'pingresp' }, late(node), ping);
  }

  // The hub crashes for a second with an acknowledgement in its hands.
  t = 66 * S;
  d.put(t, 'note', '', undefined, {
    text: 'The hub crashes for a second. Its store is synced, so nothing acknowledged is forgotten.',
  });
  const fourth = message('plant/2/state', 'off', 1, true);
  call = d.call(t, 'meter', { op: 'publish', message: fourth });
  const held = d.send(
    t,
    'meter',
    'meter>hub#1',
    { type: 'publish', ...fourth, dup: false, packetId: 2 },
    call,
  );
  const crash = d.fault(t + 10 * MS, 'crash', hub, { for: S }, S);
  const down = d.put(t + 10 * MS, 'node.crashed', hub, crash, { life: 1 });
  d.lose(t + 18 * MS, hub, held, 'receiver', 'hub was down', down);
  for (const [node, n] of [
    ['meter', 1],
    ['sensor', 2],
    ['screen', 1],
    ['archive', 1],
  ] as const) {
    d.end(t + 10 * MS + late(node), node, `${node}>hub#${n}`, 'reset', down);
  }
  d.put(t + 1010 * MS, 'node.started', hub, down, { life: 2 });
  t += 1400 * MS;
  connect(t, 'screen', 2, true);
  connect(t + 3 * MS, 'archive', 2, true);
  const returned = connect(t + 50 * MS, 'meter', 2, true);
  const repeat = d.pass(
    t + 130 * MS,
    'meter',
    hub,
    'meter>hub#2',
    { type: 'publish', ...fourth, dup: true, packetId: 2 },
    18 * MS,
    returned,
  );
  const confirmed = d.pass(
    t + 148 * MS,
    hub,
    'meter',
    'meter>hub#2',
    { type: 'puback', packetId: 2 },
    18 * MS,
    repeat,
  );
  d.settle(t + 166 * MS, confirmed, 'ok', 'QoS 1 complete', call);
  hand(t + 148 * MS, 'archive', 2, { ...fourth, retain: false }, 3, repeat);

  // A second screen with the identifier of the first one takes the session over.
  t += 700 * MS;
  const rival = connect(t, 'screen-spare', 1, true, 'screen');
  d.end(t + 24 * MS, hub, 'screen>hub#2', 'closed', rival);
  d.end(t + 29 * MS, 'screen', 'screen>hub#2', 'finished', rival);
  const fifth = message('plant/2/temperature', '19.0', 2);
  call = d.call(t + 60 * MS, 'meter', { op: 'publish', message: fifth });
  const fed = d.pass(
    t + 60 * MS,
    'meter',
    hub,
    'meter>hub#2',
    { type: 'publish', ...fifth, dup: false, packetId: 3 },
    18 * MS,
    call,
  );
  d.pass(t + 78 * MS, hub, 'meter', 'meter>hub#2', { type: 'pubrec', packetId: 3 }, 18 * MS, fed);
  const once = hand(t + 78 * MS, 'screen-spare', 1, fifth, 1, fed);
  const twice = hand(t + 120 * MS, 'screen-spare', 1, fifth, 2, fed);
  d.put(t + 126 * MS, 'verdict', 'screen-spare', twice, {
    rule: 'delivery.exactly-once',
    outcome: 'broken',
    text: 'screen was handed plant/2/temperature "19.0" twice at QoS 2',
    aboutDrafts: [once, twice, fed],
  });
  const unfinished = d.call(t + 200 * MS, 'sensor', {
    op: 'connect',
    to: hub,
    clean: false,
    client: 'sensor',
    keepAlive: 60,
  });
  d.settle(t + 210 * MS, unfinished, 'failed', 'the run ended first', unfinished);
  return d.finish('a plant on a bad day', '71', 'failed');
}

/** Many clients that publish at QoS 1 to one hub, with a minute of silence after every 500 messages. */
export function crowdFixture(clients: number, messages: number): Fixture {
  const d = new Draughtsman();
  d.put(0, 'node.added', 'hub', undefined, { role: 'broker' });
  for (let each = 1; each <= clients; each++)
    d.put(0, 'node.added', `client-${each}`, undefined, { role: 'client' });
  for (let each = 0; each < messages; each++) {
    const node = `client-${1 + (each % clients)}`;
    const conn = `${node}>hub#1`;
    const t = 1_000 + each * 7_000 + Math.floor(each / 500) * 60 * S;
    const lag = 3_000 + ((each * 7_919) % 11_000);
    const what = message(`load/${node}`, `${each}`, 1);
    const call = d.call(t, node, { op: 'publish', message: what });
    const packetId = 1 + (Math.floor(each / clients) % 65_535);
    const got = d.pass(t, node, 'hub', conn, { type: 'publish', ...what, dup: false, packetId }, lag, call);
    d.pass(t + lag, 'hub', node, conn, { type: 'puback', packetId }, lag, got);
  }
  return d.finish('a crowd', '1', 'passed');
}

/** What happens to one packet of a random conversation. */
export interface RandomPacket {
  from: number;
  to: number;
  sentMicros: number;
  lagMicros: number;
  lost: boolean;
}

/** Any packets between them, at few different times, so that much happens at once. */
export function anyPackets(most: number): fc.Arbitrary<RandomPacket[]> {
  return fc.array(
    fc.record({
      from: fc.nat(5),
      to: fc.nat(4),
      sentMicros: fc.nat(40).map((step) => step * 500),
      lagMicros: fc.nat(20).map((step) => step * 500),
      lost: fc.boolean(),
    }),
    { minLength: 1, maxLength: most },
  );
}

/** A conversation between up to six nodes in which anything may happen at the same time. */
export function randomFixture(packets: readonly RandomPacket[]): Fixture {
  const d = new Draughtsman();
  const nodes = ['hub', 'a', 'b', 'c', 'd', 'e'];
  for (const node of nodes)
    d.put(0, 'node.added', node, undefined, { role: node === 'hub' ? 'broker' : 'client' });
  for (const { from, to, sentMicros, lagMicros, lost } of packets) {
    const sender = nodes[from % nodes.length]!;
    const receiver = nodes[(from + 1 + (to % (nodes.length - 1))) % nodes.length]!;
    const conn = `${sender}>${receiver}#1`;
    const what = message('a/topic/of/some/length', 'x', 2);
    const sent = d.send(
      sentMicros,
      sender,
      conn,
      { type: 'publish', ...what, dup: true, packetId: 9 },
      undefined,
    );
    if (lost) d.lose(sentMicros + lagMicros, receiver, sent, 'network', 'reset', sent);
    else {
      const got = d.put(sentMicros + lagMicros, 'packet.received', receiver, sent, { conn, ofDraft: sent });
      d.put(sentMicros + lagMicros, 'app.delivered', receiver, got, { message: what, dup: false });
    }
  }
  return d.finish('anything', '1', 'passed');
}

/** A run that ended before anything happened. */
export function silentFixture(): Fixture {
  return new Draughtsman().finish('silence', '1', 'passed');
}

/** Devices that all publish in one instant, and are acknowledged in another. */
export function burstFixture(devices: number): Fixture {
  const d = new Draughtsman();
  d.put(0, 'node.added', 'hub', undefined, { role: 'broker' });
  for (let each = 1; each <= devices; each++) {
    const node = `device-${each}`;
    const conn = `${node}>hub#1`;
    d.put(0, 'node.added', node, undefined, { role: 'client' });
    const what = message('load', 'x', 1);
    const got = d.pass(
      5_000,
      node,
      'hub',
      conn,
      { type: 'publish', ...what, dup: false, packetId: 1 },
      2_000,
      undefined,
    );
    d.pass(7_000, 'hub', node, conn, { type: 'puback', packetId: 1 }, 2_000, got);
  }
  return d.finish('a burst', '1', 'passed');
}
