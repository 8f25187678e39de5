/** The three places where every dialogue is played. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Dialogue } from '../../src/dialogue/dialogue.ts';
import { parseDialogue } from '../../src/dialogue/parse.ts';
import { type Deviation, type Ground, play } from '../../src/dialogue/play.ts';
import type { ProtocolVersion } from '../../src/mqtt/codec/packet.ts';
import { socketGround } from '../../src/net/dialogue-ground.ts';
import { serve } from '../../src/net/serve.ts';
import { run } from '../../src/runner/run.ts';
import { dialogueStory } from '../../src/scenario/dialogue-story.ts';
import { startMosquitto } from '../net/mosquitto.ts';
import { repository } from '../programs.ts';

const folder = join(repository, 'test', 'dialogues');

export const dialogues: readonly Dialogue[] = readdirSync(folder)
  .filter((file) => file.endsWith('.dialogue'))
  .sort()
  .map((file) => parseDialogue(readFileSync(join(folder, file), 'utf8'), file.replace('.dialogue', '')));

export const versionNames: Readonly<Record<ProtocolVersion, string>> = { 3: '3.1', 4: '3.1.1', 5: '5.0' };

/** What came of one dialogue in one place. */
export type Outcome = Deviation | undefined;

/** Our broker in the simulation, under the eyes of the judge: what it says counts as well. */
export async function inSimulation(dialogue: Dialogue, version: ProtocolVersion): Promise<Outcome> {
  let outcome: Outcome;
  const story = dialogueStory(dialogue, version, (deviation) => {
    outcome = deviation;
  });
  const { error, report } = await run(story, { level: 'digest' }, surroundings);
  if (error !== undefined) throw new Error(`${dialogue.name}: ${error.message}`);
  const [violation] = report?.violations ?? [];
  if (violation === undefined) return outcome;
  return (
    outcome ?? { line: 0, expected: 'a judge without objection', got: `${violation.rule}: ${violation.text}` }
  );
}

const surroundings = { yieldToScript: () => new Promise<void>((resolve) => setImmediate(resolve)) };

/** Our broker on a socket. */
export async function onSocket(dialogue: Dialogue, version: ProtocolVersion): Promise<Outcome> {
  const server = await serve({ port: 0, options: dialogue.broker });
  try {
    return await play(dialogue, version, socketGround(server.address));
  } finally {
    await server.close();
  }
}

/** What mosquitto calls the options of a dialogue. */
const MOSQUITTO_NAMES: Readonly<Record<string, string>> = {
  maximumQoS: 'max_qos',
  retainAvailable: 'retain_available',
  topicAliasMaximum: 'max_topic_alias',
  receiveMaximum: 'max_inflight_messages',
};

/** Mosquitto with a dialogue of its own. */
export function onMosquitto(binary: string, dialogue: Dialogue, version: ProtocolVersion): Promise<Outcome> {
  return withMosquitto(binary, dialogue.broker, (ground) => play(dialogue, version, ground));
}

/** What mosquitto has another name for, or cannot be told. */
export function canTellMosquitto(options: Dialogue['broker']): boolean {
  return Object.keys(options).every((name) => name in MOSQUITTO_NAMES);
}

/** Does something with a mosquitto that lives as long. @throws Error when it does not come up. */
export async function withMosquitto<T>(
  binary: string,
  options: Dialogue['broker'],
  work: (ground: Ground) => Promise<T>,
): Promise<T> {
  if (!canTellMosquitto(options)) throw new Error(`mosquitto has no option for ${Object.keys(options)}`);
  const told = Object.entries(options).map(([name, value]) => `${MOSQUITTO_NAMES[name]} ${value}`);
  const { ports, end } = await startMosquitto(binary, 1, ([port]) => [
    `listener ${port} 127.0.0.1`,
    'allow_anonymous true',
    ...told,
  ]);
  try {
    return await work(socketGround({ host: '127.0.0.1', port: ports[0]! }));
  } finally {
    await end();
  }
}

/** Does it for all of them, so many at a time; results stay in order. */
export async function inParallel<T, R>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results = new Array<R>(items.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const at = next++;
      results[at] = await work(items[at]!);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}

/** Every dialogue in every version it is for. */
export const performances = dialogues.flatMap((dialogue) =>
  dialogue.versions.map((version) => ({
    dialogue,
    version,
    name: `${dialogue.name} (${versionNames[version]})`,
  })),
);
