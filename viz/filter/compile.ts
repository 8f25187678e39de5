/**
 * From a filter to a question that can be asked of every event of a story. What is cheap to know is asked first, so that a long
 * trace is decoded only as far as a filter cannot do without.
 */
import type { Connect } from '../../src/mqtt/codec/packet.ts';
import { matches } from '../../src/mqtt/topic/matches.ts';
import { parseShared } from '../../src/mqtt/topic/validity.ts';
import { fails } from '../../src/trace/assertion.ts';
import type { AppCall } from '../../src/trace/event.ts';
import { KIND_CODES } from '../index/event-columns.ts';
import type { Story } from '../index/story.ts';
import { fieldNamed } from './fields.ts';
import type { Compare, Filter, Has, Operator, Value, Within } from './filter.ts';
import { containing, patternOf, type TextTest } from './pattern.ts';
import { COSTS, NUMBERS, reasonCodesOf, reasonWordsOf, TEXTS } from './readings.ts';
import { Subject } from './subject.ts';
import { typesNamed } from './values.ts';

/** Whether the event of an ordinal is one of those; false for an ordinal that the story does not have. */
export type Predicate = (ordinal: number) => boolean;

/** A question about the subject at hand, with what it costs to ask. */
export interface Test {
  cost: number;
  holds: (subject: Subject) => boolean;
}

export function compile(filter: Filter, story: Story): Predicate {
  const subject = new Subject(story);
  const { holds } = testOf(filter, story);
  return (ordinal) => subject.turnTo(ordinal) && holds(subject);
}

export function testOf(filter: Filter, story: Story): Test {
  switch (filter.kind) {
    case 'and': {
      const tests = cheapestFirst(filter.parts, story);
      return { cost: dearest(tests), holds: (subject) => tests.every((test) => test.holds(subject)) };
    }
    case 'or': {
      const tests = cheapestFirst(filter.parts, story);
      return { cost: dearest(tests), holds: (subject) => tests.some((test) => test.holds(subject)) };
    }
    case 'not': {
      const { cost, holds } = testOf(filter.part, story);
      return { cost, holds: (subject) => !holds(subject) };
    }
    case 'has':
      return flagTest(filter, story);
    case 'compare':
      return compareTest(filter);
    case 'within':
      return withinTest(filter);
  }
}

function cheapestFirst(parts: readonly Filter[], story: Story): Test[] {
  return parts.map((part) => testOf(part, story)).sort((one, other) => one.cost - other.cost);
}

const dearest = (tests: readonly Test[]): number => tests.at(-1)?.cost ?? 0;

const APP_CALL = KIND_CODES['app.call'];
const APP_DELIVERED = KIND_CODES['app.delivered'];
const WEBSOCKET_LOST = KIND_CODES['websocket.lost'];
const VERDICT = KIND_CODES.verdict;
const ASSERT = KIND_CODES.assert;
const CONNECT = 1;
const CONNACK = 2;
const DUP = 8;
const RETAIN = 1;

function flagTest({ name }: Has, story: Story): Test {
  const cost = COSTS.flight;
  switch (name) {
    case 'lost':
      return { cost, holds: (subject) => subject.lost || subject.kind === WEBSOCKET_LOST };
    case 'arrived':
      return { cost, holds: ({ arrived }) => arrived };
    case 'underway':
      return { cost, holds: ({ flight, end }) => flight >= 0 && end === 0 };
    case 'dup':
      return {
        cost,
        holds: (subject) =>
          (subject.publishByte & DUP) !== 0 ||
          (subject.kind === APP_DELIVERED && subject.event.k === 'app.delivered' && subject.event.dup),
      };
    case 'retain':
      return {
        cost,
        holds: ({ publishByte, message }) => (publishByte & RETAIN) !== 0 || message?.retain === true,
      };
    case 'will':
      return connectTest(
        (packet) => packet.will !== undefined,
        (call) => call.will !== undefined,
      );
    case 'clean':
      return connectTest(
        (packet) => packet.cleanStart,
        (call) => call.clean,
      );
    case 'session':
      return {
        cost: COSTS.list,
        holds: (subject) => {
          if (subject.firstByte >> 4 !== CONNACK) return false;
          const { packet } = subject;
          return packet?.type === 'connack' && packet.sessionPresent;
        },
      };
    case 'malformed':
      return {
        cost: COSTS.packet,
        holds: (subject) => {
          const { carrier } = subject;
          if (carrier === undefined) return false;
          return carrier.malformed !== undefined || (subject.flight >= 0 && subject.packet === undefined);
        },
      };
    case 'broken':
      return verdictTest('broken', story.accused);
    case 'excused':
      return verdictTest(
        'excused',
        new Set(story.verdicts.flatMap(({ outcome, about }) => (outcome === 'excused' ? about : []))),
      );
    default:
      return presenceTest(name);
  }
}

/** What a CONNECT says, and the call that leads to one. */
function connectTest(ofPacket: (packet: Connect) => boolean, ofCall: (call: ConnectCall) => boolean): Test {
  return {
    cost: COSTS.list,
    holds: (subject) => {
      if (subject.firstByte >> 4 === CONNECT) {
        const { packet } = subject;
        return packet?.type === 'connect' && ofPacket(packet);
      }
      if (subject.kind !== APP_CALL) return false;
      const { event } = subject;
      return event.k === 'app.call' && event.op === 'connect' && ofCall(event);
    },
  };
}

type ConnectCall = Extract<AppCall, { op: 'connect' }>;

/** A verdict, a failed assertion, and the events that it points at. */
function verdictTest(outcome: 'broken' | 'excused', about: ReadonlySet<number>): Test {
  return {
    cost: COSTS.flight,
    holds: (subject) => {
      const { departure, end, kind, ordinal } = subject;
      if (kind === VERDICT || kind === ASSERT) {
        const { event } = subject;
        if (event.k === 'verdict') return event.outcome === outcome;
        return event.k === 'assert' && outcome === 'broken' && fails(event);
      }
      return about.has(ordinal) || about.has(departure) || about.has(end);
    },
  };
}

/** Whether a field is there at all. */
function presenceTest(field: string): Test {
  const number = NUMBERS[field];
  if (number !== undefined) {
    return { cost: number.cost, holds: (subject) => !Number.isNaN(number.read(subject)) };
  }
  const text = TEXTS[field];
  if (text !== undefined) return { cost: text.cost, holds: (subject) => text.read(subject).length > 0 };
  if (field === 'type') return { cost: COSTS.flight, holds: ({ firstByte }) => firstByte >> 4 !== 0 };
  return {
    cost: COSTS.packet,
    holds: (subject) => reasonCodesOf(subject).length > 0 || reasonWordsOf(subject).length > 0,
  };
}

function compareTest({ field, operator, values }: Compare): Test {
  const negative = operator === '!=';
  const number = NUMBERS[field];
  if (number !== undefined) {
    const tests = values.map((value) => numberTest(negative ? '=' : operator, value.number));
    return {
      cost: number.cost,
      holds: (subject) => {
        const read = number.read(subject);
        return !Number.isNaN(read) && tests.some((test) => test(read)) !== negative;
      },
    };
  }
  if (field === 'type') return typeTest(operator, values);
  if (field === 'reason') return reasonTest(operator, values);
  const text = TEXTS[field]!;
  const tests = values.map((value) => textTest(field, operator, value.text));
  return {
    cost: text.cost,
    holds: (subject) => {
      const read = text.read(subject);
      return read.length > 0 && read.some((each) => tests.some((test) => test(each))) !== negative;
    },
  };
}

function numberTest(operator: Operator, wanted: number): (number: number) => boolean {
  switch (operator) {
    case '<':
      return (number) => number < wanted;
    case '<=':
      return (number) => number <= wanted;
    case '>':
      return (number) => number > wanted;
    case '>=':
      return (number) => number >= wanted;
    default:
      return (number) => number === wanted;
  }
}

function textTest(field: string, operator: Operator, wanted: string): TextTest {
  if (operator === '~') return containing(wanted);
  if (operator === '=') return (text) => text === wanted;
  switch (fieldNamed(field)!.kind) {
    case 'topic': {
      const filter = parseShared(wanted)?.filter ?? wanted;
      return (text) => matches(filter, text);
    }
    case 'content':
      return (text) => text === wanted;
    case 'text':
      return containing(wanted);
    case 'dotted':
      return patternOf(wanted, true);
    default:
      return patternOf(wanted, false);
  }
}

function typeTest(operator: Operator, values: readonly Value[]): Test {
  let bits = 0;
  for (const { text } of values) bits |= typesNamed(operator === '~' ? `*${text}*` : text);
  const negative = operator === '!=';
  return {
    cost: COSTS.flight,
    holds: ({ firstByte }) => {
      const type = firstByte >> 4;
      return type !== 0 && ((bits >> type) & 1) === (negative ? 0 : 1);
    },
  };
}

/** Numbers are Reason Codes; words are looked for in their names and in what else is a reason. */
function reasonTest(operator: Operator, values: readonly Value[]): Test {
  const negative = operator === '!=';
  const codes = values.flatMap(({ number }) =>
    Number.isNaN(number) ? [] : [numberTest(negative ? '=' : operator, number)],
  );
  const words = values.flatMap(({ number, text }) => {
    if (!Number.isNaN(number)) return [];
    return [operator === '=' ? (each: string) => each === text : containing(text)];
  });
  return {
    cost: COSTS.packet,
    holds: (subject) => {
      const numbers = reasonCodesOf(subject);
      const texts = reasonWordsOf(subject);
      if (numbers.length === 0 && texts.length === 0) return false;
      const found =
        numbers.some((number) => codes.some((test) => test(number))) ||
        texts.some((text) => words.some((test) => test(text)));
      return found !== negative;
    },
  };
}

function withinTest({ field, from, to }: Within): Test {
  const least = from?.number ?? Number.NEGATIVE_INFINITY;
  const most = to?.number ?? Number.POSITIVE_INFINITY;
  const number = NUMBERS[field];
  if (number === undefined) {
    return {
      cost: COSTS.packet,
      holds: (subject) => reasonCodesOf(subject).some((code) => code >= least && code <= most),
    };
  }
  return {
    cost: number.cost,
    holds: (subject) => {
      const read = number.read(subject);
      return read >= least && read <= most;
    },
  };
}
