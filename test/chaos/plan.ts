/**
 * A random story as plain data, drawn from its seed: who is there, what lies between them, what they do and what befalls
 * them. Being data, it can be told in words, and steps can be taken out of it.
 */
import type { BrokerSettings } from '../../src/scenario/broker-options.ts';
import type { ClientSettings } from '../../src/scenario/client-options.ts';
import type { Link, LinkSettings } from '../../src/scenario/link.ts';
import type { MessageOptions } from '../../src/scenario/message-options.ts';
import type { DisconnectOptions, PublishOptions, SubscribeOptions } from '../../src/scenario/requests.ts';
import type { TransportName } from '../../src/sim/duplex-link.ts';
import { type Draw, Streams } from '../../src/sim/rng.ts';
import type { Duration } from '../../src/sim/time.ts';

export type QoS = 0 | 1 | 2;

export interface ClientPlan {
  name: string;
  settings: ClientSettings;
  link: LinkSettings;
}

export type LinkVerb = Exclude<
  { [K in keyof Link]: Link[K] extends (options: never) => void ? K : never }[keyof Link],
  'on'
>;
export type NodeVerb = 'crash' | 'powerCut' | 'restart' | 'pause' | 'resume' | 'skewClock' | 'driftClock';
export type DiskVerb = 'slowDisk' | 'fillDisk';

export const ruled = [
  ...(['connect', 'connack', 'publish', 'puback', 'pubrec', 'pubrel', 'pubcomp'] as const),
  ...(['subscribe', 'suback', 'unsubscribe', 'unsuback', 'pingreq', 'pingresp', 'disconnect'] as const),
];
export type Ruled = (typeof ruled)[number];
export type RuleWord = 'drop' | 'reset-before' | 'reset-after' | `delay ${Duration}` | `cut ${Duration}`;

export type Deed =
  | { do: 'connect'; client: string }
  | { do: 'disconnect'; client: string; options: DisconnectOptions }
  | {
      do: 'publish';
      client: string;
      topic: string;
      payload: string;
      options: PublishOptions & { qos: QoS };
      times: number;
    }
  | { do: 'subscribe'; client: string; filters: readonly string[]; options: SubscribeOptions }
  | { do: 'unsubscribe'; client: string; filter: string }
  | {
      do: 'rule';
      client: string;
      packet: Ruled;
      nth: number;
      count: number;
      from?: string;
      verdict: RuleWord;
    }
  | { do: LinkVerb; link: string; options: object }
  | { do: NodeVerb | DiskVerb; node: string; options: object };

/** What happens at `at` milliseconds. */
export type Step = Deed & { at: number };

export interface Plan {
  seed: number;
  transport: TransportName;
  hub: BrokerSettings;
  clients: readonly ClientPlan[];
  /** In order. */
  steps: readonly Step[];
}

export const HUB = 'hub';

const TOPICS = ['a', 'a/b', 'a/b/c', 'a/c', 'b', 'b/x'];
const FILTERS = ['#', 'a/#', 'a/+', 'a/b', '+/b', '+', 'b/#', 'a/b/c', 'b'];

class Dice {
  readonly #draw: Draw;

  constructor(seed: number) {
    this.#draw = new Streams(seed).stream('chaos');
  }

  /** 0 to limit - 1. */
  below(limit: number): number {
    return Math.floor(this.#draw() * limit);
  }

  /** From least to most. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  chance(probability: number): boolean {
    return this.#draw() < probability;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  qos(): QoS {
    return this.pick([0, 1, 1, 2, 2] as const);
  }

  millis(least: number, most: number): Duration {
    return `${this.between(least, most)}ms`;
  }

  seconds(least: number, most: number): Duration {
    return `${this.between(least, most)}s`;
  }
}

/** Draws a story; the same seed is the same story. */
export function drawPlan(seed: number): Plan {
  const dice = new Dice(seed);
  const hub = drawHub(dice);
  const clients = drawClients(dice);
  const lengthMillis = dice.between(20, 90) * 1_000;
  const steps: Step[] = clients.flatMap((client) => beginnings(dice, client));
  const names = clients.map(({ name }) => name);
  for (let count = dice.between(20, 80); count > 0; count--) {
    steps.push({ at: dice.between(1_000, lengthMillis), ...drawDeed(dice, clients) });
  }
  for (let count = dice.between(1, 6); count > 0; count--) {
    const at = dice.between(1_000, lengthMillis);
    steps.push({ at, ...drawPublish(dice, dice.pick(clients), dice.between(25, 60)) });
  }
  const families = FAMILIES.filter(() => dice.chance(0.4));
  if (families.length > 0) {
    for (let count = dice.between(1, 12); count > 0; count--) {
      const strike = dice.pick(families);
      steps.push({ at: dice.between(500, lengthMillis), ...strike(dice, names) });
    }
  }
  steps.sort((a, b) => a.at - b.at);
  keepBelow(hub.maximumQoS ?? 2, clients, steps);
  return { seed, transport: dice.chance(0.7) ? 'tcp' : 'ideal', hub, clients, steps };
}

/** Before 5.0 a hub can only close the connection of who publishes at a higher QoS than it takes, again and again. */
function keepBelow(maximum: QoS, clients: readonly ClientPlan[], steps: readonly Step[]): void {
  for (const { settings } of clients) {
    if (settings.will !== undefined) settings.will.qos = Math.min(settings.will.qos ?? 0, maximum) as QoS;
  }
  for (const step of steps) {
    if (step.do === 'publish') step.options.qos = Math.min(step.options.qos, maximum) as QoS;
  }
}

function drawHub(dice: Dice): BrokerSettings {
  const durability = dice.pick(['sync', 'sync', 'sync', 'sync', 'interval', 'none'] as const);
  const hub: BrokerSettings = { durability, overlap: dice.pick(['once', 'each']) };
  if (dice.chance(0.3)) hub.queueQoS0 = true;
  if (dice.chance(0.15)) hub.maximumQoS = dice.pick([0, 1]);
  if (dice.chance(0.15)) hub.sessionExpiry = dice.seconds(5, 60);
  if (dice.chance(0.1)) hub.retainedExpiry = dice.seconds(5, 60);
  if (dice.chance(0.4)) {
    hub.limits = {};
    if (dice.chance(0.5)) hub.limits.inflight = dice.between(1, 10);
    if (dice.chance(0.3)) hub.limits.queue = dice.between(5, 50);
    if (dice.chance(0.3)) hub.limits.backlog = dice.between(200, 4_000);
  }
  if (dice.chance(0.2)) hub.sessionExpiryMaximum = dice.seconds(5, 120);
  if (dice.chance(0.2)) hub.serverKeepAlive = dice.seconds(3, 30);
  if (dice.chance(0.3)) hub.receiveMaximum = dice.between(1, 10);
  if (dice.chance(0.3)) hub.topicAliasMaximum = dice.between(0, 3);
  return hub;
}

function drawClients(dice: Dice): ClientPlan[] {
  const count = dice.between(3, 8);
  const twins = dice.chance(0.15);
  const clients: ClientPlan[] = [];
  for (let place = 0; place < count; place++) {
    const name = `c${place}`;
    const settings: ClientSettings = {
      cleanStart: dice.chance(0.35),
      keepAlive: dice.seconds(5, 60),
      durability: dice.pick(['sync', 'sync', 'sync', 'interval', 'none'] as const),
      reconnect: { initial: dice.millis(100, 2_000), maximum: dice.seconds(2, 30) },
    };
    if (dice.chance(0.3)) settings.sessionExpiry = dice.seconds(settings.cleanStart === true ? 0 : 5, 3_600);
    settings.protocol = dice.pick(['3.1', '3.1.1', '3.1.1', '5.0', '5.0', '5.0', '5.0'] as const);
    if (dice.chance(0.3)) settings.inflightLimit = dice.between(1, 5);
    if (dice.chance(0.1)) settings.queueLimit = dice.between(0, 30);
    if (dice.chance(0.3)) settings.queueQoS0 = false;
    if (dice.chance(0.2)) settings.connectTimeout = dice.seconds(1, 20);
    if (dice.chance(0.2)) settings.pingTimeout = dice.seconds(5, 20);
    if (dice.chance(0.5)) {
      settings.will = {
        topic: dice.pick(TOPICS),
        payload: `will of ${name}`,
        qos: dice.qos(),
        retain: dice.chance(0.3),
      };
    }
    if (settings.protocol === '5.0') drawConnectOptions(dice, settings);
    // Two nodes with one identifier, which take the session from each other for as long as both insist.
    if (twins && place < 2) {
      settings.clientId = 'twin';
      settings.reconnect = 'off';
    }
    clients.push({ name, settings, link: drawLink(dice) });
  }
  return clients;
}

/** What only 5.0 has. */
function drawConnectOptions(dice: Dice, settings: ClientSettings): void {
  if (dice.chance(0.3)) settings.receiveMaximum = dice.between(1, 5);
  if (dice.chance(0.3)) settings.topicAliasMaximum = dice.between(1, 4);
  if (dice.chance(0.3)) settings.topicAliases = dice.between(1, 4);
  if (dice.chance(0.15)) settings.maximumPacketSize = dice.between(100, 3_000);
  if (dice.chance(0.2)) settings.requestProblemInformation = false;
  if (settings.will === undefined) return;
  if (dice.chance(0.4)) settings.will.delay = dice.seconds(1, 40);
  Object.assign(settings.will, drawProperties(dice));
}

function drawProperties(dice: Dice): MessageOptions {
  const properties: MessageOptions = {};
  if (dice.chance(0.2)) properties.messageExpiry = dice.seconds(1, 40);
  if (dice.chance(0.1)) properties.contentType = 'text/plain';
  if (dice.chance(0.1)) properties.responseTopic = dice.pick(TOPICS);
  if (dice.chance(0.1)) properties.correlationData = 'correlated';
  if (dice.chance(0.1))
    properties.userProperties = [
      ['name', 'value'],
      ['name', 'other'],
    ];
  return properties;
}

function drawLink(dice: Dice): LinkSettings {
  const link: LinkSettings = {};
  switch (dice.below(5)) {
    case 0:
      return { preset: dice.pick(['lan', 'wifi', 'lte', 'nbiot', 'satellite'] as const) };
    case 1:
      link.latency = dice.millis(1, 300);
      break;
    case 2:
      link.latency = [dice.millis(1, 50), dice.millis(60, 400)];
      if (dice.chance(0.5)) link.reorder = true;
      break;
    case 3:
      link.latency = dice.millis(1, 80);
      link.jitter = { kind: 'exponential', meanMicros: dice.between(1, 100) * 1_000 };
      if (dice.chance(0.5)) link.reorder = true;
      break;
    default:
      link.latency = dice.millis(1, 20);
  }
  if (dice.chance(0.4)) link.loss = dice.between(1, 15) / 100;
  else if (dice.chance(0.2)) {
    link.loss = { goodMicros: dice.between(3, 20) * 1_000_000, badMicros: dice.between(1, 4) * 500_000 };
  }
  if (dice.chance(0.2)) link.rate = dice.between(20, 200) * 1_000;
  if (dice.chance(0.15)) {
    link.nat = { idle: dice.seconds(10, 40), answer: dice.pick(['silence', 'reset'] as const) };
  }
  return link;
}

/** Every client comes and subscribes early on, most of them. */
function beginnings(dice: Dice, client: ClientPlan): Step[] {
  const at = dice.below(2_000);
  const steps: Step[] = [{ at, do: 'connect', client: client.name }];
  for (let count = dice.between(0, 3); count > 0; count--) {
    steps.push({ at: at + dice.below(3_000), ...drawSubscribe(dice, client) });
  }
  return steps;
}

function drawSubscribe(dice: Dice, { name, settings }: ClientPlan): Deed {
  const isShared = settings.protocol === '5.0' && dice.chance(0.2);
  const prefix = isShared ? `$share/${dice.pick(['crew', 'team'])}/` : '';
  const filters = [prefix + dice.pick(FILTERS)];
  while (dice.chance(0.2)) filters.push(prefix + dice.pick(FILTERS));
  const options: SubscribeOptions = { qos: dice.qos() };
  if (settings.protocol === '5.0') {
    if (!isShared && dice.chance(0.2)) options.noLocal = true;
    if (dice.chance(0.3)) options.retainAsPublished = true;
    if (dice.chance(0.3)) options.retainHandling = dice.pick([1, 2]);
    if (dice.chance(0.3)) options.subscriptionIdentifier = dice.between(1, 3);
  }
  return { do: 'subscribe', client: name, filters, options };
}

function drawPublish(dice: Dice, { name, settings }: ClientPlan, times: number): Deed {
  const retain = dice.chance(0.2);
  const payload = dice.chance(0.1)
    ? 'same'
    : times === 1 && dice.chance(0.05)
      ? 'x'.repeat(dice.between(1_000, 6_000))
      : retain && dice.chance(0.2)
        ? ''
        : `m${dice.below(1_000_000)}`;
  const options = {
    qos: dice.qos(),
    retain,
    ...(settings.protocol === '5.0' ? drawProperties(dice) : {}),
  };
  return { do: 'publish', client: name, topic: dice.pick(TOPICS), payload, options, times };
}

function drawDeed(dice: Dice, clients: readonly ClientPlan[]): Deed {
  const client = dice.pick(clients);
  const { name, settings } = client;
  const draw = dice.below(100);
  if (draw < 75) return drawPublish(dice, client, 1);
  if (draw < 85) return drawSubscribe(dice, client);
  if (draw < 90) return { do: 'unsubscribe', client: name, filter: dice.pick(FILTERS) };
  if (draw >= 94) return { do: 'connect', client: name };
  const options: DisconnectOptions = {};
  if (settings.protocol === '5.0' && dice.chance(0.3)) options.reasonCode = 4;
  if (settings.protocol === '5.0' && dice.chance(0.3) && settings.cleanStart !== true)
    options.sessionExpiry = dice.seconds(0, 60);
  return { do: 'disconnect', client: name, options };
}

type Family = (dice: Dice, names: readonly string[]) => Deed;

const anyNode = (dice: Dice, names: readonly string[]): string => (dice.chance(0.5) ? HUB : dice.pick(names));

/** Most faults end by themselves, some only when everything is healed. */
const span = (dice: Dice, most: number): { for?: Duration } =>
  dice.chance(0.9) ? { for: dice.millis(50, most) } : {};

const directed = (dice: Dice, client: string): { direction?: string } =>
  dice.chance(0.5) ? {} : { direction: dice.chance(0.5) ? `${client}>${HUB}` : `${HUB}>${client}` };

const onLink =
  (verb: LinkVerb, options: (dice: Dice, client: string) => object): Family =>
  (dice, names) => {
    const client = dice.pick(names);
    return { do: verb, link: client, options: options(dice, client) };
  };

const onNode =
  (verb: NodeVerb, options: (dice: Dice) => object): Family =>
  (dice, names) => ({ do: verb, node: anyNode(dice, names), options: options(dice) });

const FAMILIES: readonly Family[] = [
  onLink('partition', (dice, client) => ({ ...span(dice, 20_000), ...directed(dice, client) })),
  onLink('hold', (dice, client) => ({ ...span(dice, 15_000), ...directed(dice, client) })),
  onLink('reset', () => ({})),
  onLink('blackHole', () => ({})),
  onLink('spike', (dice, client) => ({
    ...span(dice, 15_000),
    by: dice.millis(50, 8_000),
    ...directed(dice, client),
  })),
  onLink('lose', (dice, client) => ({
    ...span(dice, 20_000),
    probability: dice.between(5, 90) / 100,
    ...directed(dice, client),
  })),
  onLink('throttle', (dice, client) => ({
    ...span(dice, 20_000),
    rate: dice.between(1, 50) * 1_000,
    ...directed(dice, client),
  })),
  onLink('expireNat', (dice) => ({
    ...(dice.chance(0.5) ? { idle: dice.millis(10, 5_000) } : {}),
    answer: dice.pick(['silence', 'reset'] as const),
  })),
  onLink('release', () => ({})),
  onLink('repair', () => ({})),
  onNode('crash', (dice) => span(dice, 10_000)),
  onNode('powerCut', (dice) => ({ ...span(dice, 10_000), torn: dice.chance(0.5) })),
  onNode('restart', () => ({})),
  onNode('pause', (dice) => span(dice, 30_000)),
  onNode('resume', () => ({})),
  onNode('skewClock', (dice) => ({
    ...span(dice, 60_000),
    [dice.pick(['ahead', 'behind'])]: dice.seconds(1, 7_200),
  })),
  onNode('driftClock', (dice) => ({ ...span(dice, 60_000), rate: (dice.below(201) - 100) / 2_000 })),
  (dice) => ({ do: 'slowDisk', node: HUB, options: { ...span(dice, 15_000), by: dice.millis(1, 3_000) } }),
  (dice) => ({ do: 'fillDisk', node: HUB, options: span(dice, 15_000) }),
  (dice, names) => {
    const client = dice.pick(names);
    const verdict: RuleWord = dice.pick([
      'drop',
      'reset-before',
      'reset-after',
      `delay ${dice.millis(10, 5_000)}`,
      `cut ${dice.millis(10, 8_000)}`,
    ] as const);
    const from = dice.pick([client, HUB, undefined]);
    return {
      do: 'rule',
      client,
      packet: dice.pick(ruled),
      nth: dice.between(1, 5),
      count: dice.chance(0.8) ? 1 : dice.between(2, 4),
      ...(from === undefined ? {} : { from }),
      verdict,
    };
  },
];
