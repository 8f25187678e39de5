import type { ProtocolVersion } from './packet.ts';
import { type PropertyDefinition, type PropertyOwner, propertyById } from './property.ts';
import { faultAt, textOf } from './utf8.ts';
import { readVariableByteInteger, variableByteIntegerBytes } from './variable-byte-integer.ts';

/** A field of a packet and the bytes it lies in. */
export interface Dissection {
  /** As the standard calls it. */
  name: string;
  value?: number | string | boolean | Uint8Array;
  /** The value for people: `2 (Exactly once delivery)`. */
  text: string;
  /** Bytes from the start of the packet. */
  offset: number;
  /** Bytes. */
  length: number;
  /** For a field of some bits of one byte: which, as a mask. */
  mask?: number;
  /** In the order of the bytes, and covering all of them unless they are bits. */
  children?: Dissection[];
  /** Only on an error: the rule that is broken here. */
  rule?: string;
}

/** A view of bits for {@link Dissector.flags}: highest bit first. */
export interface Bits {
  name: string;
  mask: number;
  /** What a value means, where the number alone does not say it. */
  text?: (value: number) => string;
}

/** The longest piece of text or of bytes shown in full. */
const SHOWN = 64;

/**
 * Takes a packet apart field by field into an open group, and never throws: what is cut short is shown as far as it
 * goes, and after that everything stays closed.
 */
export class Dissector {
  readonly bytes: Uint8Array;
  at = 0;
  end: number;
  /** A field was cut short: nothing after it can be told apart. */
  broken = false;
  version: ProtocolVersion;
  readonly #groups: Dissection[] = [];

  constructor(bytes: Uint8Array, version: ProtocolVersion) {
    this.bytes = bytes;
    this.end = bytes.length;
    this.version = version;
  }

  get more(): boolean {
    return !this.broken && this.at < this.end;
  }

  /** Puts the fields that `inside` takes under a field of their own. */
  group(name: string, inside: (group: Dissection) => void): Dissection {
    const group: Dissection = { name, text: '', offset: this.at, length: 0, children: [] };
    this.#add(group);
    this.#groups.push(group);
    inside(group);
    this.#groups.pop();
    group.length = this.at - group.offset;
    return group;
  }

  /** A group that is not shown when it turns out empty. */
  section(name: string, inside: (group: Dissection) => void): void {
    if (this.at < this.bytes.length) this.group(name, inside);
  }

  byte(name: string, text?: (value: number) => string): number | undefined {
    return this.#number(name, 1, text);
  }

  twoBytes(name: string, text?: (value: number) => string): number | undefined {
    return this.#number(name, 2, text);
  }

  fourBytes(name: string, text?: (value: number) => string): number | undefined {
    return this.#number(name, 4, text);
  }

  #number(name: string, size: number, text?: (value: number) => string): number | undefined {
    const at = this.#take(name, size);
    if (at === undefined) return undefined;
    let value = 0;
    for (let i = 0; i < size; i++) value = value * 256 + this.bytes[at + i]!;
    this.#add({ name, value, text: text?.(value) ?? String(value), offset: at, length: size });
    return value;
  }

  /** A byte and the bits in it. */
  flags(name: string, bits: readonly Bits[]): number | undefined {
    const at = this.#take(name, 1);
    if (at === undefined) return undefined;
    const value = this.bytes[at]!;
    const children = bits.map((bit): Dissection => {
      const part = (value & bit.mask) / (bit.mask & -bit.mask);
      return {
        name: bit.name,
        value: part,
        text: bit.text?.(part) ?? String(part),
        offset: at,
        length: 1,
        mask: bit.mask,
      };
    });
    this.#add({ name, value, text: hexByte(value), offset: at, length: 1, children });
    return value;
  }

  variableByteInteger(name: string): number | undefined {
    if (this.broken) return undefined;
    const at = this.at;
    const value = readVariableByteInteger(this.bytes, at, this.end);
    if (value < 0) {
      // How far the continuation bits lead, four bytes at most.
      let length = 0;
      while (length < 4 && at + length < this.end && this.bytes[at + length]! >= 0x80) length++;
      if (length < 4 && at + length < this.end) length++;
      this.broken = true;
      if (length === 0) return undefined;
      this.at = at + length;
      this.#add({ name, text: 'not a Variable Byte Integer', offset: at, length });
      return undefined;
    }
    const length = variableByteIntegerBytes(value);
    this.at = at + length;
    this.#add({ name, value, text: String(value), offset: at, length });
    return value;
  }

  string(name: string): string | undefined {
    let value: string | undefined;
    this.group(name, (group) => {
      const length = this.twoBytes('Length');
      if (length === undefined) return;
      const at = this.#take('Characters', length);
      if (at === undefined) return;
      const to = at + length;
      if (faultAt(this.bytes, at, to) < 0) {
        value = textOf(this.bytes, at, to, false);
        group.value = value;
        group.text = quoted(value);
      } else {
        group.text = `not a UTF-8 string: ${hex(this.bytes, at, to)}`;
      }
      if (length > 0) this.#add({ name: 'Characters', text: group.text, offset: at, length });
    });
    return value;
  }

  binary(name: string): void {
    this.group(name, (group) => {
      const length = this.twoBytes('Length');
      if (length === undefined) return;
      const at = this.#take('Data', length);
      if (at === undefined) return;
      group.value = this.bytes.subarray(at, at + length);
      group.text = payloadText(this.bytes, at, at + length);
      if (length > 0) this.#add({ name: 'Data', text: group.text, offset: at, length });
    });
  }

  /** Whatever is left, as one field. */
  rest(name: string): void {
    const at = this.at;
    if (at >= this.end) return;
    const value = this.bytes.subarray(at, this.end);
    this.at = this.end;
    this.#add({ name, value, text: payloadText(this.bytes, at, this.end), offset: at, length: value.length });
  }

  properties(owner: PropertyOwner, name = 'Properties'): void {
    this.group(name, (group) => {
      const length = this.variableByteInteger('Property Length');
      if (length === undefined) return;
      const outerEnd = this.end;
      this.end = Math.min(outerEnd, this.at + length);
      let count = 0;
      while (this.more) {
        this.#property(owner);
        count++;
      }
      if (this.broken) this.rest('not understood');
      group.text = count === 0 ? 'none' : String(count);
      this.end = outerEnd;
    });
  }

  #property(owner: PropertyOwner): void {
    this.group('Property', (group) => {
      const id = this.variableByteInteger('Identifier');
      if (id === undefined) return;
      const definition = propertyById(id);
      if (definition === undefined) {
        group.name = `unknown property ${id}`;
        this.broken = true;
        return;
      }
      group.name = definition.name;
      const identifier = group.children![0]!;
      identifier.text = `${hexByte(id)} (${definition.name})`;
      this.#propertyValue(definition);
      const value = group.children![1];
      if (value?.value !== undefined) group.value = value.value;
      group.text = group
        .children!.slice(1)
        .map((child) => child.text)
        .join(': ');
      if (!definition.owners.includes(owner)) group.text += ' (may not stand here)';
    });
  }

  #propertyValue(definition: PropertyDefinition): void {
    switch (definition.wireType) {
      case 'byte':
        this.byte('Value');
        break;
      case 'two byte integer':
        this.twoBytes('Value');
        break;
      case 'four byte integer':
        this.fourBytes('Value');
        break;
      case 'variable byte integer':
        this.variableByteInteger('Value');
        break;
      case 'string':
        this.string('Value');
        break;
      case 'binary':
        this.binary('Value');
        break;
      case 'string pair':
        this.string('Name');
        this.string('Value');
    }
  }

  /** Moves over a field of known size; shows what there is of it when it is cut short. */
  #take(name: string, size: number): number | undefined {
    if (this.broken) return undefined;
    const at = this.at;
    if (at + size <= this.end) {
      this.at = at + size;
      return at;
    }
    this.broken = true;
    const length = this.end - at;
    this.at = this.end;
    if (length > 0) {
      const text = `cut short after ${length} of ${size} bytes: ${hex(this.bytes, at, this.end)}`;
      this.#add({ name, text, offset: at, length });
    }
    return undefined;
  }

  #add(field: Dissection): void {
    this.#groups[this.#groups.length - 1]?.children?.push(field);
  }
}

/** A string as JSON would write it, cut to what fits a line. */
export function quoted(text: string): string {
  if (text.length <= SHOWN) return JSON.stringify(text);
  return `${JSON.stringify(text.slice(0, SHOWN))}... (${text.length} characters)`;
}

export function hexByte(value: number): string {
  return `0x${value.toString(16).padStart(2, '0')}`;
}

export function hex(bytes: Uint8Array, from: number, to: number): string {
  const shown = Math.min(to, from + SHOWN / 2);
  let text = '';
  for (let i = from; i < shown; i++)
    text += `${text === '' ? '' : ' '}${bytes[i]!.toString(16).padStart(2, '0')}`;
  return shown < to ? `${text}... (${to - from} bytes)` : text;
}

/** A payload as text if it is printable, else as bytes. */
function payloadText(bytes: Uint8Array, from: number, to: number): string {
  if (from === to) return 'empty';
  if (faultAt(bytes, from, to) >= 0) return hex(bytes, from, to);
  for (let i = from; i < to; i++) {
    const byte = bytes[i]!;
    if (byte === 0x7f || (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d))
      return hex(bytes, from, to);
  }
  return quoted(textOf(bytes, from, to, false));
}
