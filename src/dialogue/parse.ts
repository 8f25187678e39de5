/** Reads the text of a dialogue. */
import type { PacketType, ProtocolVersion } from '../mqtt/codec/packet.ts';
import { protocolVersionOf } from '../mqtt/codec/protocol-name.ts';
import { type Dialogue, DialogueError, type Step, type WrittenPacket } from './dialogue.ts';
import type { Expectation } from './expectation.ts';
import { fieldsOf, packetTypes } from './fields.ts';
import { hexBytes, numberOf, wordsOf } from './words.ts';

const HEADERS = ['title', 'versions', 'proves', 'broker'] as const;
type Header = (typeof HEADERS)[number];

const MICROS_A_SECOND = 1_000_000;
const SILENCE_MICROS = 300_000;
/** A dialogue is about one thing. */
const STEPS_LIMIT = 500;

const STATEMENT = /^(?:3\.1\.1|5\.0)\/(?:MQTT-)?\d[\d.-]*$/;
const HEADER_LINE = /^([a-z]+):\s*(.*)$/;
/** `[5.0] sensor > publish ...`; the versions may be left out. */
const STEP_LINE = /^(?:\[([^\]]*)\]\s*)?(\w+)\s+(.*)$/;

/**
 * @param file its name, for errors.
 * @throws DialogueError
 */
export function parseDialogue(text: string, file: string): Dialogue {
  const headers = new Map<Header, { value: string; line: number }>();
  const steps: Step[] = [];
  let group: Step[] | undefined;
  for (const [at, whole] of text.split('\n').entries()) {
    const line = at + 1;
    const fail = (message: string): never => {
      throw new DialogueError(file, line, message);
    };
    const header = HEADER_LINE.exec(whole);
    if (steps.length === 0 && header !== null && (HEADERS as readonly string[]).includes(header[1]!)) {
      headers.set(header[1] as Header, { value: header[2]!, line });
      continue;
    }
    const content = withoutComment(whole);
    const trimmed = content.trim();
    if (trimmed === '') continue;
    const indented = /^\s/.test(content);
    if (trimmed === 'any order:') {
      const members: Step[] = [];
      steps.push({ kind: 'any-order', steps: members, versions: undefined, line, text: trimmed });
      group = members;
      continue;
    }
    if (!indented) group = undefined;
    else if (group === undefined) fail("an indented line belongs below 'any order:'");
    let step: Step;
    try {
      step = stepOf(trimmed, line);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      return fail(error.message);
    }
    if (group !== undefined && step.kind !== 'expect') fail("below 'any order:' are only lines with <");
    (group ?? steps).push(step);
    if (steps.length > STEPS_LIMIT)
      fail(`there are more than ${STEPS_LIMIT} steps; make it several dialogues`);
  }
  return { name: file, ...headersOf(headers, file), steps };
}

/** A sign of number ends a line, but not inside of quotes or of a topic: it stands after a space, and a space follows it. */
function withoutComment(line: string): string {
  if (/^\s*#(?:\s|$)/.test(line)) return '';
  const match = /\s#\s(?=(?:[^"]*"[^"]*")*[^"]*$)/.exec(line);
  return match === null ? line : line.slice(0, match.index);
}

function headersOf(
  headers: ReadonlyMap<Header, { value: string; line: number }>,
  file: string,
): Omit<Dialogue, 'name' | 'steps'> {
  const need = (name: Header): { value: string; line: number } => {
    const header = headers.get(name);
    if (header === undefined || header.value === '')
      throw new DialogueError(file, 1, `there is no '${name}:'`);
    return header;
  };
  const list = (header: { value: string } | undefined): string[] =>
    (header?.value ?? '').split(/[\s,]+/).filter((word) => word !== '');
  const title = need('title').value;
  const versions = list(need('versions')).map((name) => {
    const version = protocolVersionOf(name);
    if (version === undefined) {
      throw new DialogueError(
        file,
        need('versions').line,
        `'${name}' is no version; there are 3.1, 3.1.1 and 5.0`,
      );
    }
    return version;
  });
  const proves = list(need('proves'));
  for (const statement of proves) {
    if (!STATEMENT.test(statement)) {
      throw new DialogueError(
        file,
        need('proves').line,
        `'${statement}' is no statement; write 5.0/MQTT-3.1.2-4`,
      );
    }
  }
  const broker: Record<string, number | boolean> = {};
  for (const word of list(headers.get('broker'))) {
    const [, name, value] = /^(\w+)=(\w+)$/.exec(word) ?? [];
    const number = value === undefined ? undefined : numberOf(value);
    if (name === undefined || (number === undefined && value !== 'true' && value !== 'false')) {
      throw new DialogueError(
        file,
        headers.get('broker')!.line,
        `'${word}' is no option; write receiveMaximum=2`,
      );
    }
    broker[name] = number ?? value === 'true';
  }
  return { title, versions, proves, broker };
}

function stepOf(text: string, line: number): Step {
  const sleep = /^sleep\s+(\S+)$/.exec(text);
  const match = STEP_LINE.exec(text);
  if (match === null)
    throw new SyntaxError(`cannot read '${text}'; write CLIENT > PACKET or CLIENT < PACKET`);
  const [, condition, client, rest] = match;
  const versions = condition === undefined ? undefined : versionsOf(condition);
  const place = { line, text, versions };
  if (sleep !== null) return { ...place, kind: 'sleep', micros: microsOf(sleep[1]!) };
  if (client === 'sleep') return { ...place, kind: 'sleep', micros: microsOf(rest!) };
  if (rest === 'drops') return { ...place, kind: 'drop', client: client! };
  const connects = /^connects(?:\s+(.*))?$/.exec(rest!);
  if (connects !== null) {
    const words = wordsOf(connects[1] ?? '');
    fieldsOf('connect', words);
    return { ...place, kind: 'connect', client: client!, words };
  }
  const [, sign, what] = /^([<>])\s+(.+)$/.exec(rest!) ?? [];
  if (sign === '>') return { ...place, kind: 'send', client: client!, packet: writtenOf(what!) };
  if (sign === '<') return { ...place, kind: 'expect', client: client!, expectation: expectationOf(what!) };
  throw new SyntaxError(`'${client} ${rest}' is neither >, <, connects nor drops`);
}

function versionsOf(condition: string): readonly ProtocolVersion[] {
  return condition.split(/[\s,]+/).map((name) => {
    const version = protocolVersionOf(name);
    if (version === undefined) throw new SyntaxError(`'${name}' is no version; there are 3.1, 3.1.1 and 5.0`);
    return version;
  });
}

function writtenOf(text: string): WrittenPacket {
  const [, type, rest] = /^(\w+)(?:\s+(.*))?$/.exec(text)!;
  if (type === 'hex') return { type, bytes: hexBytes(rest ?? '') };
  const words = wordsOf(rest ?? '');
  const known = packetType(type!);
  fieldsOf(known, words);
  return { type: known, words };
}

function expectationOf(text: string): Expectation {
  const [, type, rest = ''] = /^(\w+)(?:\s+(.*))?$/.exec(text)!;
  if (type === 'close') return { kind: 'close' };
  if (type === 'silence') return { kind: 'silence', micros: rest === '' ? SILENCE_MICROS : microsOf(rest) };
  if (type === 'refusal') {
    const code = numberOf(rest);
    if (code === undefined) throw new SyntaxError('a refusal has a reason code, as refusal 0x82');
    return { kind: 'refusal', code };
  }
  const words = wordsOf(rest);
  const known = packetType(type!);
  fieldsOf(known, words);
  return { kind: 'packet', type: known, words };
}

function packetType(name: string): PacketType {
  const found = packetTypes.find((type) => type === name);
  if (found === undefined) {
    throw new SyntaxError(
      `'${name}' is no packet; there are ${packetTypes.join(', ')}, and hex, close, refusal, silence`,
    );
  }
  return found;
}

function microsOf(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s)$/.exec(text);
  if (match === null) throw new SyntaxError(`'${text}' is no time; write 300ms or 2s`);
  return Math.round(Number(match[1]) * (match[2] === 's' ? MICROS_A_SECOND : MICROS_A_SECOND / 1_000));
}
