/**
 * The judge is judged: our machines with one bug each, put in from outside, have to be caught by the right rule within some
 * random stories, in which the machines without it break nothing. Bugs that the field had are in the zoo (`test/zoo`); these are
 * mistakes that nobody is known to have made.
 */
import { describe, expect, it } from 'vitest';
import { run } from '../../src/runner/run.ts';
import { type Mutation, substitutionOf } from '../../src/zoo/index.ts';
import { sending } from '../../src/zoo/rewrites.ts';
import { drawPlan } from '../chaos/plan.ts';
import { play } from '../chaos/play.ts';

interface Mistake extends Mutation {
  bug: string;
  of: 'broker' | 'client';
  rules: readonly string[];
}

const MISTAKES: readonly Mistake[] = [
  {
    bug: 'sends QoS 0 twice',
    of: 'broker',
    rules: ['delivery.at-most-once'],
    ...sending('publish', (packet) => (packet.qos === 0 ? [packet, packet] : [packet])),
  },
  {
    bug: 'changes payloads',
    of: 'broker',
    rules: ['delivery.unchanged', 'delivery.phantom'],
    ...sending('publish', (packet) => [{ ...packet, payload: packet.payload.map((byte) => byte ^ 1) }]),
  },
  {
    bug: 'never sends anything again',
    of: 'broker',
    rules: ['session.resumed', 'delivery.at-least-once', 'delivery.exactly-once', 'UnquietError'],
    ...sending('publish', (packet) => (packet.dup ? [] : [packet])),
  },
  {
    bug: 'hands QoS 2 over twice',
    of: 'client',
    rules: ['delivery.exactly-once'],
    delivered: (delivery) => (delivery.message.qos === 2 ? [delivery, delivery] : [delivery]),
  },
  {
    bug: 'acknowledges QoS 1 and hands nothing over',
    of: 'client',
    rules: ['delivery.handed-over'],
    delivered: (delivery) => (delivery.message.qos === 1 ? [] : [delivery]),
  },
  {
    bug: 'says Session Present the wrong way round',
    of: 'broker',
    rules: ['session.present'],
    ...sending('connack', (packet) => [
      packet.reasonCode === 0 ? { ...packet, sessionPresent: !packet.sessionPresent } : packet,
    ]),
  },
  {
    bug: 'acknowledges QoS 1 and routes nothing',
    of: 'broker',
    rules: ['delivery.at-least-once'],
    received: (packet, wire) => {
      if (packet.type !== 'publish' || packet.qos !== 1) return [packet];
      wire.send({ type: 'puback', packetId: packet.packetId! });
      return [];
    },
  },
  {
    bug: 'answers UNSUBSCRIBE and goes on sending',
    of: 'broker',
    rules: ['delivery.subscribed'],
    received: (packet, wire) => {
      if (packet.type !== 'unsubscribe') return [packet];
      const reasonCodes = wire.version === 5 ? { reasonCodes: packet.filters.map(() => 0) } : {};
      wire.send({ type: 'unsuback', packetId: packet.packetId, ...reasonCodes });
      return [];
    },
  },
  {
    bug: 'sends one message of a burst late',
    of: 'broker',
    rules: ['ordering.messages'],
    sent: (packets) =>
      packets.length > 1 && packets[0]!.type === 'publish' ? [...packets.slice(1), packets[0]!] : packets,
  },
];

const SEEDS = 60;

/** The first seed that shows one of the rules broken, and which; undefined when none does. */
async function caught({ bug, of, rules, ...mutation }: Mistake): Promise<string | undefined> {
  const mutant = { name: bug, of, wrong: bug, seen: [], rule: 'delivery.phantom', story: '' } as const;
  const substitute = substitutionOf({ ...mutant, begin: () => mutation });
  for (let seed = 1; seed <= SEEDS; seed++) {
    const plan = drawPlan(seed);
    const { report, error } = await run(
      play(plan),
      { seed, transport: plan.transport, substitute },
      { yieldToScript: () => new Promise<void>((resolve) => setImmediate(resolve)) },
    );
    if (error?.blame === 'bug') throw new Error(`seed ${seed}: ${error.stack}`);
    const shown = [...report!.violations.map(({ rule }): string => rule), error?.name ?? ''];
    const found = shown.find((rule) => rules.includes(rule));
    if (found !== undefined) return `seed ${seed}: ${found}`;
  }
  return undefined;
}

describe('the judge', () => {
  it.each(MISTAKES)('catches a $of that $bug', async (mistake) => {
    const found = await caught(mistake);
    expect(found).toBeDefined();
  });
});
