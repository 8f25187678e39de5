/** A plan on the stage: what it says is done at its time, and then the world comes to rest. */
import type { Client } from '../../src/scenario/client.ts';
import type { Link, Verdict } from '../../src/scenario/link.ts';
import { type Scenario, scenario } from '../../src/scenario/scenario.ts';
import type { Simulation } from '../../src/scenario/simulation.ts';
import {
  connack,
  connect,
  cut,
  delay,
  disconnect,
  type Occurrence,
  type PacketMatcher,
  pingreq,
  pingresp,
  puback,
  pubcomp,
  publish,
  pubrec,
  pubrel,
  suback,
  subscribe,
  unsuback,
  unsubscribe,
} from '../../src/sim/rule.ts';
import type { Duration } from '../../src/sim/time.ts';
import { HUB, type Plan, type Ruled, type RuleWord, type Step } from './plan.ts';

const MATCHERS: Readonly<Record<Ruled, (occurrence: Occurrence) => PacketMatcher>> = {
  ...{ connect, connack, publish, puback, pubrec, pubrel, pubcomp },
  ...{ subscribe, suback, unsubscribe, unsuback, pingreq, pingresp, disconnect },
};

type Call = (options: object) => void;

/** The scenario of a plan; what its applications wait for is left to the run. */
export function play(plan: Plan): Scenario {
  return scenario('chaos', async (sim) => {
    const hub = sim.broker(HUB, plan.hub);
    const clients = new Map<string, Client>();
    const links = new Map<string, Link>();
    for (const { name, settings, link } of plan.clients) {
      const client = sim.client(name, settings);
      clients.set(name, client);
      links.set(name, sim.link(client, hub, link));
    }
    const stage = { sim, clients, links };
    for (const step of plan.steps) {
      const wait = step.at * 1_000 - sim.now;
      if (wait > 0) await sim.sleep(`${wait}us`);
      act(step, stage);
    }
    await sim.quiet();
  });
}

interface Stage {
  sim: Simulation;
  clients: ReadonlyMap<string, Client>;
  links: ReadonlyMap<string, Link>;
}

function act(step: Step, { sim, clients, links }: Stage): void {
  switch (step.do) {
    case 'connect':
      void clients.get(step.client)!.connect(HUB);
      return;
    case 'disconnect':
      void clients.get(step.client)!.disconnect(step.options);
      return;
    case 'publish': {
      const { topic, payload, options, times } = step;
      const client = clients.get(step.client)!;
      for (let copy = 0; copy < times; copy++) {
        const text = copy === 0 || payload === 'same' ? payload : `${payload}.${copy}`;
        void client.publish(topic, text, options);
      }
      return;
    }
    case 'subscribe':
      void clients.get(step.client)!.subscribe(step.filters, step.options);
      return;
    case 'unsubscribe':
      void clients.get(step.client)!.unsubscribe(step.filter);
      return;
    case 'rule': {
      const { packet, nth, count, from, verdict } = step;
      const occurrence = { nth, count, ...(from === undefined ? {} : { from }) };
      links.get(step.client)!.on(MATCHERS[packet](occurrence), verdictOf(verdict));
      return;
    }
    default: {
      const target =
        'link' in step
          ? links.get(step.link)!
          : step.node === HUB
            ? sim.broker(HUB)
            : clients.get(step.node)!;
      (target as unknown as Record<string, Call>)[step.do]!(step.options);
    }
  }
}

function verdictOf(word: RuleWord): Verdict {
  const [kind, span] = word.split(' ') as [string, Duration | undefined];
  if (span === undefined) return kind as 'drop' | 'reset-before' | 'reset-after';
  return kind === 'cut' ? cut(span) : delay(span);
}
