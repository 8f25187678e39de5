/** `amber talk`: plays dialogues against a broker, and says which line did not go as it is written. */
import { readFileSync } from 'node:fs';
import { type Dialogue, DialogueError } from '../dialogue/dialogue.ts';
import { parseDialogue } from '../dialogue/parse.ts';
import { type Deviation, play } from '../dialogue/play.ts';
import { runHosted } from '../host/run-hosted.ts';
import type { ProtocolVersion } from '../mqtt/codec/packet.ts';
import { type ProtocolName, protocolNames, protocolVersions } from '../mqtt/codec/protocol-name.ts';
import { socketGround } from '../net/dialogue-ground.ts';
import type { Address } from '../net/serve.ts';
import { dialogueStory } from '../scenario/dialogue-story.ts';
import { NETWORK_CODES } from './client-options.ts';
import { CommandError, type ExitCode, exitCodes } from './exit-code.ts';
import type { CommandIo } from './io.ts';
import { oneOf, PORT_MAXIMUM, usage, wholeNumber } from './option-values.ts';
import { type Style, styleFor } from './style.ts';
import type { Arguments } from './verb.ts';
import { counted } from './wording.ts';

/** @throws CommandError for a file that is no dialogue, and for a broker that is not there. */
export async function talk({ positionals, options }: Arguments, io: CommandIo): Promise<ExitCode> {
  const to = options.to === undefined ? undefined : addressOf(options.to as string);
  const asked = options.protocol as string | undefined;
  const only = asked === undefined ? undefined : oneOf(asked, '--protocol', protocolNames);
  const dialogues = positionals.map(readDialogue);
  const style = styleFor(io);
  let played = 0;
  let deviated = 0;
  for (const dialogue of dialogues) {
    for (const name of protocolNames) {
      if (!dialogue.versions.includes(protocolVersions[name]) || (only !== undefined && only !== name))
        continue;
      played++;
      const deviation = await performed(dialogue, protocolVersions[name], to);
      if (deviation !== undefined) deviated++;
      io.out(describe(dialogue, name, deviation, style));
    }
  }
  if (played === 0) throw usage(`none of these dialogues is for ${only}`);
  io.out(
    `\n${counted(played, 'dialogue')} played, ${deviated === 0 ? style.good('all as written') : style.bad(`${deviated} otherwise`)}\n`,
  );
  return deviated === 0 ? exitCodes.passed : exitCodes.broken;
}

/** @throws CommandError for an address that is none. */
function addressOf(text: string): Address {
  const [, host, port] = /^(?:mqtt:\/\/)?(.+):(\d+)$/.exec(text) ?? [];
  if (host === undefined) throw usage(`--to is '${text}'; write HOST:PORT, as 127.0.0.1:1883`);
  return { host: host.replace(/^\[|\]$/g, ''), port: wholeNumber(port!, '--to', 1, PORT_MAXIMUM) };
}

function readDialogue(path: string): Dialogue {
  try {
    return parseDialogue(readFileSync(path, 'utf8'), path);
  } catch (error) {
    if (error instanceof DialogueError) throw usage(error.message);
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw usage(`there is no file ${path}`);
    throw error;
  }
}

async function performed(
  dialogue: Dialogue,
  version: ProtocolVersion,
  to: Address | undefined,
): Promise<Deviation | undefined> {
  try {
    return to === undefined
      ? await simulated(dialogue, version)
      : await play(dialogue, version, socketGround(to));
  } catch (error) {
    if (error instanceof SyntaxError) throw usage(error.message);
    const { code } = error as NodeJS.ErrnoException;
    if (code !== undefined && NETWORK_CODES.has(code)) {
      throw new CommandError(exitCodes.environment, `no broker answers at ${to!.host}:${to!.port} (${code})`);
    }
    throw error;
  }
}

/** Our broker, in a world of its own. */
async function simulated(dialogue: Dialogue, version: ProtocolVersion): Promise<Deviation | undefined> {
  let deviation: Deviation | undefined;
  const story = dialogueStory(dialogue, version, (told) => {
    deviation = told;
  });
  const { error, report } = await runHosted(story, { level: 'digest' });
  if (error !== undefined) throw error.blame === 'script' ? usage(error.message) : new Error(error.stack);
  const [violation] = report?.violations ?? [];
  if (deviation !== undefined || violation === undefined) return deviation;
  return { line: 1, expected: 'every promise is kept', got: `${violation.rule}: ${violation.text}` };
}

function describe(
  dialogue: Dialogue,
  version: ProtocolName,
  deviation: Deviation | undefined,
  style: Style,
): string {
  if (deviation === undefined)
    return `${style.good('as written')}  ${version.padEnd(5)}  ${dialogue.title}\n`;
  const { line, expected, got } = deviation;
  return (
    `${style.bad('otherwise')}   ${version.padEnd(5)}  ${dialogue.title}\n` +
    `            ${dialogue.name}:${line}\n` +
    `            expected  ${expected}\n` +
    `            but       ${got}\n` +
    (dialogue.proves.length === 0 ? '' : `            ${style.dim(dialogue.proves.join(' '))}\n`)
  );
}
