/** From the text of a value to what its field compares, or what is wrong with it. */
import { PACKET_TYPES } from '../../src/mqtt/codec/packet-type.ts';
import { filterError } from '../../src/mqtt/topic/validity.ts';
import { FIELDS as EVENT_FIELDS } from '../../src/trace/fields.ts';
import type { FieldDefinition } from './fields.ts';
import type { Operator, Value } from './filter.ts';
import { readMoment } from './moment.ts';
import { patternOf } from './pattern.ts';

export const TYPE_NAMES: readonly string[] = PACKET_TYPES.flatMap((each) =>
  each === undefined ? [] : [each.name],
);
export const KIND_NAMES: readonly string[] = Object.keys(EVENT_FIELDS);
const VERSIONS: Readonly<Record<string, number>> = { '3': 3, '3.1': 3, '4': 4, '3.1.1': 4, '5': 5, '5.0': 5 };

export type ReadValue =
  | { value: Value; wrong?: undefined }
  | { value?: undefined; wrong: string; expected: readonly string[] };

const wrong = (message: string, expected: readonly string[] = []): ReadValue => ({
  wrong: message,
  expected,
});

export function readValue(field: FieldDefinition, operator: Operator, text: string): ReadValue {
  const { kind, name } = field;
  const value = (number: number): ReadValue => ({ value: { text, number } });
  switch (kind) {
    case 'number': {
      const number = wholeNumber(text);
      return number === undefined
        ? wrong(`${name} is a number, not '${text}'`, [field.example])
        : value(number);
    }
    case 'time': {
      const micros = readMoment(text);
      if (micros !== undefined) return value(micros);
      if (/^[0-9.]+$/.test(text)) {
        return wrong(`${name} needs a unit: ${text}s or ${text}ms`, ['us', 'ms', 's', 'min', 'h']);
      }
      return wrong(`'${text}' is no time`, ['20ms', '1.5s', '1:05.2']);
    }
    case 'version': {
      const version = Object.hasOwn(VERSIONS, text) ? VERSIONS[text] : undefined;
      return version === undefined
        ? wrong(`there is no MQTT ${text}`, ['3.1', '3.1.1', '5.0'])
        : value(version);
    }
    case 'reason': {
      const number = wholeNumber(text);
      if (number !== undefined) return value(operator === '~' ? Number.NaN : number);
      if (operator === '<' || operator === '<=' || operator === '>' || operator === '>=') {
        return wrong(`${operator} compares numbers, and '${text}' is none`, ['reason>=0x80']);
      }
      return value(Number.NaN);
    }
    case 'type':
      if (operator !== '~' && typesNamed(text) === 0) {
        return wrong(`there is no packet type '${text}'`, TYPE_NAMES);
      }
      return value(Number.NaN);
    case 'topic': {
      const problem = operator === ':' || operator === '!=' ? filterError(text) : undefined;
      return problem === undefined
        ? value(Number.NaN)
        : wrong(`'${text}' is no topic filter: it ${problem}`, ['home/+/temp', 'home/#']);
    }
    case 'dotted':
      if (
        name === 'kind' &&
        (operator === ':' || operator === '!=') &&
        !KIND_NAMES.some(patternOf(text, true))
      ) {
        return wrong(`there is no kind of event '${text}'`, KIND_NAMES);
      }
      return value(Number.NaN);
    default:
      return value(Number.NaN);
  }
}

/** Decimal, or hexadecimal after 0x. */
function wholeNumber(text: string): number | undefined {
  return /^(?:[0-9]{1,15}|0[xX][0-9a-fA-F]{1,8})$/.test(text) ? Number(text) : undefined;
}

/** A bit for each type that a name or pattern stands for, at the place of its code. */
export function typesNamed(text: string): number {
  const fits = patternOf(text.toUpperCase(), false);
  let bits = 0;
  for (const definition of PACKET_TYPES) {
    if (definition !== undefined && fits(definition.name)) bits |= 1 << definition.code;
  }
  return bits;
}
