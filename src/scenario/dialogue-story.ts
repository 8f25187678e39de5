/** A dialogue as a story: its clients are raw peers, and the judge looks on. */
import { Arrivals } from '../dialogue/arrivals.ts';
import type { Dialogue } from '../dialogue/dialogue.ts';
import { type Deviation, type Wire as DialogueWire, play } from '../dialogue/play.ts';
import type { ProtocolVersion } from '../mqtt/codec/packet.ts';
import type { Duration } from '../sim/time.ts';
import type { BrokerSettings } from './broker-options.ts';
import { type Scenario, scenario } from './scenario.ts';
import type { Simulation } from './simulation.ts';

const HUB = 'hub';

/**
 * @param told is given what deviated, or undefined when nothing did.
 * @throws SyntaxError (when it is run) for a packet that cannot be written in this version.
 */
export function dialogueStory(
  dialogue: Dialogue,
  version: ProtocolVersion,
  told: (deviation: Deviation | undefined) => void,
): Scenario {
  return scenario(dialogue.title, async (sim) => {
    sim.broker(HUB, dialogue.broker as BrokerSettings);
    const deviation = await play(dialogue, version, {
      open: (client) => dial(sim, client),
      sleep: (micros) => sim.sleep(`${micros}us`),
    });
    told(deviation);
    sim.always(deviation === undefined, 'the dialogue goes as it is written');
  });
}

async function dial(sim: Simulation, client: string): Promise<DialogueWire> {
  const wire = sim.peer(client).dial(HUB);
  await wire.opened();
  const arrivals = new Arrivals();
  const listen = async (): Promise<void> => {
    while (wire.end === undefined) arrivals.push(await wire.read());
    arrivals.push(await wire.read());
    arrivals.end();
  };
  void listen();
  return {
    send: (bytes) => wire.send(bytes),
    next: (within) => arrivals.next(sim.sleep(`${within}us` as Duration)),
    drop: () => wire.abort(),
  };
}
