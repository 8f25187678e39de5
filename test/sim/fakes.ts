/** Small machines for tests of the world: they speak whole MQTT packets and hold no session. */
import type { ClientSink } from '../../src/mqtt/client/application.ts';
import type {
  ConnectionEnd,
  ConnectionId,
  Debt,
  Machine,
  MachineSurroundings,
  Micros,
} from '../../src/mqtt/machine.ts';
import { World, type WorldOptions } from '../../src/sim/world.ts';
import type { TraceEvent, TraceLevel } from '../../src/trace/event.ts';
import { Recorder } from '../../src/trace/recorder.ts';

export const PINGREQ = Uint8Array.of(0xc0, 0);
export const PINGRESP = Uint8Array.of(0xd0, 0);

/** A QoS 0 PUBLISH on topic `t` with a payload of so many bytes. */
export function publish(length: number, fill = 7): Uint8Array {
  const body = new Uint8Array(3 + length).fill(fill);
  body.set([0, 1, 0x74]);
  const header = [0x30];
  let remaining = body.length;
  do {
    header.push((remaining % 128) + (remaining >= 128 ? 128 : 0));
    remaining = Math.floor(remaining / 128);
  } while (remaining > 0);
  const packet = new Uint8Array(header.length + body.length);
  packet.set(header);
  packet.set(body, header.length);
  return packet;
}

/** Everything that was put into a machine, as text: `12000 received 1 c000`. */
export class LoggingMachine implements Machine {
  readonly log: string[] = [];
  readonly sink: ClientSink;
  readonly chance: () => number;
  wallOffset: Micros;
  snapshot: (readonly [string, Uint8Array])[] = [];
  open: ConnectionId[] = [];
  receivedBytes = 0;

  constructor(surroundings: MachineSurroundings<ClientSink>) {
    this.sink = surroundings.sink;
    this.chance = () => surroundings.chance();
    this.wallOffset = surroundings.wallOffset;
  }

  protected say(now: Micros, what: string): void {
    this.log.push(`${now} ${what}`);
  }

  recover(now: Micros, snapshot: Iterable<readonly [string, Uint8Array]>): void {
    this.snapshot = [...snapshot];
    this.say(now, `recover ${this.snapshot.map(([key]) => key).join(' ')}`.trimEnd());
  }
  opened(now: Micros, connection: ConnectionId): void {
    this.open.push(connection);
    this.say(now, `opened ${connection}`);
  }
  received(now: Micros, connection: ConnectionId, bytes: Uint8Array): void {
    this.receivedBytes += bytes.length;
    const hex = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0')).join('');
    this.say(now, `received ${connection} ${hex}${bytes.length > 4 ? `(${bytes.length})` : ''}`);
  }
  drained(now: Micros, connection: ConnectionId): void {
    this.say(now, `drained ${connection}`);
  }
  closed(now: Micros, connection: ConnectionId, end: ConnectionEnd): void {
    this.open = this.open.filter((other) => other !== connection);
    this.say(now, `closed ${connection} ${end}`);
  }
  woken(now: Micros, key: string): void {
    this.say(now, `woken ${key}`);
  }
  stored(now: Micros, batch: number): void {
    this.say(now, `stored ${batch}`);
  }
  wallSet(now: Micros, wallOffset: Micros): void {
    this.wallOffset = wallOffset;
    this.say(now, `wall ${wallOffset}`);
  }
  vigilant(): boolean {
    return false;
  }
  debts(): readonly Debt[] {
    return [];
  }
}

/** Answers each PINGREQ with a PINGRESP. */
export class EchoMachine extends LoggingMachine {
  override received(now: Micros, connection: ConnectionId, bytes: Uint8Array): void {
    super.received(now, connection, bytes);
    if (bytes[0] === 0xc0) this.sink.send(connection, PINGRESP);
  }
}

/** A world with a recorder that keeps everything. */
export function recordedWorld(
  options: Omit<WorldOptions, 'recorder' | 'seed'> & { seed?: string; level?: TraceLevel } = {},
): { world: World; events: TraceEvent[]; recorder: Recorder } {
  const events: TraceEvent[] = [];
  const recorder = new Recorder({
    level: options.level ?? 'full',
    header: { amber: 'test', scenario: 'test', seed: '1', parameters: {}, vantage: 'both-ends' },
    onEvent: (event) => events.push(event),
  });
  const { seed = '1', level: _, ...rest } = options;
  return { world: new World({ seed, recorder, ...rest }), events, recorder };
}

/** A hub that echoes on port 1883, and a device that logs. */
export function pair(
  options: Parameters<typeof recordedWorld>[0] & { latency?: '10ms' | '25ms' | '1ms' } = {},
) {
  const { latency = '10ms', ...rest } = options;
  const { world, events, recorder } = recordedWorld(rest);
  const hub = world.machine('hub', 'broker', { create: (s) => new EchoMachine(s), listens: [1883] });
  const device = world.machine('device', 'client', { create: (s) => new LoggingMachine(s) });
  device.server = { name: 'hub', port: 1883 };
  const link = world.link('device', 'hub', { latency });
  return { world, events, recorder, hub, device, link };
}

/** Events of some kinds, each as one line: `12000 hub packet.received device>hub#1`. */
export function lines(events: readonly TraceEvent[], ...kinds: readonly string[]): string[] {
  return events
    .filter((event) => kinds.some((kind) => event.k.startsWith(kind)))
    .map((event) => {
      const more = 'end' in event ? ` ${event.end}` : 'at' in event ? ` ${event.at}: ${event.reason}` : '';
      return `${event.t} ${event.n} ${event.k}${more}`;
    });
}
