/**
 * From text to a filter, or to what is wrong with it and where.
 *
 *     or      = and { ("or" | "||") and }
 *     and     = not { ["and" | "&&"] not }
 *     not     = { "not" | "!" } term
 *     term    = "(" or ")" | text | flag | type | field | field operator values | field "in" values
 */
import { type FieldDefinition, fieldNamed, hasRanges, isFlag, nearestNames, operatorsOf } from './fields.ts';
import {
  FILTER_CHARS_MAX,
  FILTER_DEPTH_MAX,
  type Filter,
  type Operator,
  type ParsedFilter,
  type Value,
} from './filter.ts';
import { FilterFault, Scanner, type Token } from './scanner.ts';
import { readValue, TYPE_NAMES } from './values.ts';

/** What Wireshark also calls them. */
const WORD_OPERATORS: Readonly<Record<string, Operator>> = {
  eq: '=',
  ne: '!=',
  lt: '<',
  le: '<=',
  gt: '>',
  ge: '>=',
  contains: '~',
};
const TERMS = ['a field', 'a flag', 'a packet type', '"text"', 'not', '('];

/** Never throws: any text is a filter or has an error within it. */
export function parseFilter(text: string): ParsedFilter {
  try {
    return { filter: new Parser(text).parse() };
  } catch (error) {
    if (error instanceof FilterFault) return { error: error.at };
    throw error;
  }
}

class Parser {
  readonly #scanner: Scanner;
  #depth = 0;

  constructor(text: string) {
    this.#scanner = new Scanner(text);
  }

  parse(): Filter {
    const scanner = this.#scanner;
    const { text } = scanner;
    if (text.length > FILTER_CHARS_MAX) {
      throw scanner.fault(
        FILTER_CHARS_MAX,
        text.length,
        `a filter has at most ${FILTER_CHARS_MAX} characters`,
      );
    }
    if (scanner.ended) return { kind: 'and', parts: [], place: { start: 0, length: text.length } };
    const filter = this.#or();
    if (!scanner.ended) {
      const what = text[scanner.at] === ')' ? 'this parenthesis was never opened' : 'this fits nowhere';
      throw scanner.fault(scanner.at, 1, what, TERMS);
    }
    return filter;
  }

  #or(): Filter {
    const start = this.#scanner.place;
    const parts = [this.#and()];
    while (this.#eats('or', '||')) parts.push(this.#and());
    return parts.length === 1 ? parts[0]! : { kind: 'or', parts, place: this.#since(start) };
  }

  #and(): Filter {
    const scanner = this.#scanner;
    const start = scanner.place;
    const parts = [this.#not()];
    while (!scanner.ended && !scanner.peek(')') && !this.#peeks('or', '||')) {
      this.#eats('and', '&&');
      parts.push(this.#not());
    }
    return parts.length === 1 ? parts[0]! : { kind: 'and', parts, place: this.#since(start) };
  }

  #not(): Filter {
    const scanner = this.#scanner;
    const start = scanner.place;
    if (!scanner.peek('!=') && this.#eats('not', '!')) {
      this.#descend(start);
      const part = this.#not();
      this.#depth--;
      return { kind: 'not', part, place: this.#since(start) };
    }
    if (!scanner.eat('(')) return this.#term();
    this.#descend(start);
    const filter = this.#or();
    this.#depth--;
    if (!scanner.eat(')')) {
      throw scanner.fault(start, 1, 'this parenthesis is never closed', [')']);
    }
    return filter;
  }

  #descend(start: number): void {
    if (++this.#depth > FILTER_DEPTH_MAX) throw this.#scanner.fault(start, 1, 'this is nested too deeply');
  }

  #term(): Filter {
    const scanner = this.#scanner;
    const start = scanner.place;
    if (scanner.peek('"')) {
      const { text } = scanner.eatValue()!;
      return {
        kind: 'compare',
        field: 'text',
        operator: '~',
        values: [{ text, number: Number.NaN }],
        place: this.#since(start),
      };
    }
    const word = scanner.eatWord();
    if (word === undefined) throw this.#faultAtTerm(start);
    const field = fieldNamed(word);
    if (field !== undefined) return this.#ofField(field, start);
    if (isFlag(word)) {
      this.#standsAlone(word, start);
      return { kind: 'has', name: word.toLowerCase(), place: this.#since(start) };
    }
    const type = word.toUpperCase();
    if (TYPE_NAMES.includes(type)) {
      this.#standsAlone(word, start);
      const values = [{ text: type, number: Number.NaN }];
      return { kind: 'compare', field: 'type', operator: ':', values, place: this.#since(start) };
    }
    if (/^(and|or|in)$/i.test(word)) {
      throw scanner.fault(start, word.length, `something is missing before '${word}'`, TERMS);
    }
    const near = nearestNames(word);
    const hint = near.length === 0 ? '' : `; did you mean ${near.join(' or ')}?`;
    throw scanner.fault(start, word.length, `there is no field, flag or packet type '${word}'${hint}`, near);
  }

  #faultAtTerm(start: number): FilterFault {
    const scanner = this.#scanner;
    if (scanner.ended) return scanner.fault(scanner.text.length, 0, 'something is missing here', TERMS);
    const sign = /^(?:[<>!=]=|&&|\|\||[\s\S])/u.exec(scanner.text.slice(start, start + 2))?.[0] ?? '';
    return scanner.fault(start, sign.length, `a term cannot begin with '${sign}'`, TERMS);
  }

  /** A flag is compared with nothing. */
  #standsAlone(word: string, start: number): void {
    const scanner = this.#scanner;
    const at = scanner.at;
    const sign = scanner.eatSign();
    if (sign !== undefined) {
      throw scanner.fault(start, scanner.at - start, `'${word}' stands alone and is compared with nothing`, [
        word,
      ]);
    }
    scanner.at = at;
  }

  #ofField(field: FieldDefinition, start: number): Filter {
    const scanner = this.#scanner;
    const after = scanner.at;
    const signStart = scanner.place;
    const sign = scanner.eatSign() ?? this.#wordOperator();
    if (sign === undefined) {
      if (this.#eats('in')) return this.#inValues(field, start);
      // A field alone asks whether it is there.
      scanner.at = after;
      return { kind: 'has', name: field.name, place: this.#since(start) };
    }
    const operator = (sign === '==' ? '=' : sign) as Operator;
    const allowed = operatorsOf(field.kind);
    if (!allowed.includes(operator)) {
      const what = allowed.includes('~') ? 'is no number' : 'is a number';
      throw scanner.fault(
        signStart,
        scanner.at - signStart,
        `${field.name} ${what}: ${sign} does not go with it`,
        allowed,
      );
    }
    const values = this.#values(field, operator);
    return { kind: 'compare', field: field.name, operator, values, place: this.#since(start) };
  }

  #wordOperator(): string | undefined {
    const scanner = this.#scanner;
    const word = scanner.peekWord()?.toLowerCase();
    if (word === undefined || !Object.hasOwn(WORD_OPERATORS, word)) return undefined;
    scanner.eatWord();
    return WORD_OPERATORS[word];
  }

  /** `in {a, b}` is any of them, `in a..b` what lies between. */
  #inValues(field: FieldDefinition, start: number): Filter {
    const scanner = this.#scanner;
    const open = scanner.place;
    if (scanner.eat('{')) {
      const values = this.#values(field, ':');
      if (!scanner.eat('}')) throw scanner.fault(open, 1, 'this brace is never closed', ['}']);
      return { kind: 'compare', field: field.name, operator: ':', values, place: this.#since(start) };
    }
    const expected = hasRanges(field.kind) ? ['a..b', '{a, b}'] : ['{a, b}'];
    const token = scanner.eatValue();
    if (token === undefined)
      throw scanner.fault(open, 1, "a range or a list is missing after 'in'", expected);
    if (!hasRanges(field.kind)) {
      throw scanner.fault(
        open,
        token.length,
        `${field.name} has no order: a range does not go with it`,
        expected,
      );
    }
    const dots = token.quoted ? -1 : token.text.indexOf('..');
    if (dots < 0) throw scanner.fault(open, token.length, 'a range has two dots between its ends', expected);
    const from = this.#end(field, token, 0, dots);
    const to = this.#end(field, token, dots + 2, token.length);
    if (from === undefined && to === undefined) {
      throw scanner.fault(open, token.length, 'a range needs at least one end', expected);
    }
    if (from !== undefined && to !== undefined && from.number > to.number) {
      throw scanner.fault(open, token.length, 'this range ends before it begins', expected);
    }
    return { kind: 'within', field: field.name, from, to, place: this.#since(start) };
  }

  #end(field: FieldDefinition, token: Token, from: number, to: number): Value | undefined {
    if (from >= to) return undefined;
    return this.#value(field, '<=', {
      text: token.text.slice(from, to),
      start: token.start + from,
      length: to - from,
      quoted: false,
    });
  }

  #values(field: FieldDefinition, operator: Operator): Value[] {
    const scanner = this.#scanner;
    const values: Value[] = [];
    do {
      const start = scanner.place;
      const token = scanner.eatValue();
      if (token === undefined) {
        throw scanner.fault(start, 1, `a value for ${field.name} is missing here`, [field.example]);
      }
      values.push(this.#value(field, operator, token));
    } while (scanner.eat(','));
    return values;
  }

  #value(field: FieldDefinition, operator: Operator, token: Token): Value {
    const read = readValue(field, operator, token.text);
    if (read.value !== undefined) return read.value;
    throw this.#scanner.fault(token.start, token.length, read.wrong, read.expected);
  }

  #peeks(word: string, sign?: string): boolean {
    const scanner = this.#scanner;
    return scanner.peekWord()?.toLowerCase() === word || (sign !== undefined && scanner.peek(sign));
  }

  /** A word of the language, or the sign that stands for it. */
  #eats(word: string, sign?: string): boolean {
    if (!this.#peeks(word, sign)) return false;
    const scanner = this.#scanner;
    scanner.at = scanner.place + (scanner.peekWord() ?? sign!).length;
    return true;
  }

  /** From a start to the end of what was read last. */
  #since(start: number): { start: number; length: number } {
    const end = this.#scanner.text.slice(0, this.#scanner.at).trimEnd().length;
    return { start, length: Math.max(0, end - start) };
  }
}
