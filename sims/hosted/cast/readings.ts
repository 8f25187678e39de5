import type { Simulation } from 'mqtt-amber';

/** What a sensor publishes, each once. */
const READINGS = Array.from({ length: 60 }, (_, at) => `${20 + at / 10} °C`);

/**
 * Says each reading, one after the other, and lets the world come to rest.
 * @param say publishes one; what it gives back rejects when the client gave it up.
 * @returns the readings that were published to the end.
 */
export async function sayReadings(
  sim: Simulation,
  say: (reading: string) => Promise<unknown>,
): Promise<readonly string[]> {
  const published: string[] = [];
  for (const reading of READINGS) {
    say(reading).then(
      () => published.push(reading),
      () => sim.sometimes(true, 'a reading is given up'),
    );
    await sim.sleep(`${Math.floor(sim.random() * 200)}ms`);
  }
  await sim.quiet();
  return published;
}

/** What the standard promises of them at a QoS; without trouble QoS 0 brings them all as well. */
export function checkReadings(
  sim: Simulation,
  { published, arrived }: { published: readonly string[]; arrived: readonly string[] },
  qos: 0 | 1 | 2,
  trouble: string,
): void {
  const isCalm = trouble === 'none';
  if (isCalm) sim.always(published.length === READINGS.length, 'without trouble every reading is published');
  if (qos > 0 || isCalm) {
    const all = published.every((reading) => arrived.includes(reading));
    sim.always(all, 'every reading that was published to the end arrives');
  }
  if (qos !== 1 || isCalm) {
    sim.always(new Set(arrived).size === arrived.length, 'no reading arrives twice');
  }
}
