import { topicNameFault } from '../topic/index.ts';
import { TOPIC_ALIAS_INVALID } from './codec-error.ts';
import { type PropertyDefinition, type PropertyOwner, propertyById } from './property.ts';
import type { Reader } from './reader.ts';

type Properties = Record<string, unknown>;

/**
 * Reads Property Length and Properties; undefined when there are none. Keys are inserted in the order of the wire, so
 * encoding the packet again gives the same bytes.
 */
export function decodeProperties(reader: Reader, owner: PropertyOwner): Properties | undefined {
  const start = reader.at;
  const length = reader.variableByteInteger('Property Length');
  if (length === 0) return undefined;
  const outerEnd = reader.end;
  const end = reader.at + length;
  if (end > outerEnd) {
    reader.malformed(`Property Length ${length} goes beyond the packet`, start, '5.0/2.2.2.1', '5.0/2.2.2.1');
  }
  reader.end = end;
  const properties: Properties = {};
  while (reader.at < end) decodeProperty(reader, owner, properties);
  reader.end = outerEnd;
  return properties;
}

function decodeProperty(reader: Reader, owner: PropertyOwner, properties: Properties): void {
  const at = reader.at;
  const id = reader.variableByteInteger('Property Identifier');
  const definition = propertyById(id);
  if (definition === undefined) {
    reader.malformed(`there is no Property Identifier ${id}`, at, '5.0/2.2.2.2', '5.0/2.2.2.2');
  }
  const { key, name } = definition;
  if (!definition.owners.includes(owner)) {
    const where = owner === 'will' ? 'in Will Properties' : 'here';
    reader.malformed(`${name} may not stand ${where}`, at, '5.0/2.2.2.2', '5.0/2.2.2.2');
  }
  const valueAt = reader.at;
  const value = decodeValue(reader, definition);
  if (definition.repeatableIn.includes(owner)) {
    if (typeof value === 'number') checkRange(reader, definition, owner, value, valueAt);
    const list = definition.id === 0x0b ? 'subscriptionIdentifiers' : key;
    const known = properties[list] as unknown[] | undefined;
    if (known === undefined) properties[list] = [value];
    else known.push(value);
    return;
  }
  if (properties[key] !== undefined) {
    reader.protocolError(
      `${name} stands more than once`,
      at,
      ruleOf(definition, owner),
      ruleOf(definition, owner),
    );
  }
  if (typeof value === 'number') checkRange(reader, definition, owner, value, valueAt);
  else if (definition.id === 0x08) checkResponseTopic(reader, owner, value as string, valueAt);
  properties[key] = value;
}

/**
 * A string is a UTF-8 string whatever it is for: Response Topic [5.0/MQTT-3.3.2-13], Content Type [5.0/MQTT-3.3.2-19], both of a pair
 * [5.0/MQTT-1.5.7-1].
 */
function decodeValue(reader: Reader, definition: PropertyDefinition): unknown {
  const { name } = definition;
  switch (definition.wireType) {
    case 'byte':
      return reader.byte(name);
    case 'two byte integer':
      return reader.twoBytes(name);
    case 'four byte integer':
      return reader.fourBytes(name);
    case 'variable byte integer':
      return reader.variableByteInteger(name);
    case 'string':
      return reader.string(name);
    case 'binary':
      return reader.binary(name);
    case 'string pair':
      return [reader.string(`${name} name`), reader.string(`${name} value`)];
  }
}

function checkRange(
  reader: Reader,
  definition: PropertyDefinition,
  owner: PropertyOwner,
  value: number,
  at: number,
): void {
  const fault = rangeFault(definition, owner, value);
  if (fault !== undefined) reader.fail(fault.text, at, fault.rule, fault.rule, fault.reasonCode);
}

/** Why an integer value is not allowed although its wire type could hold it. */
export function rangeFault(
  definition: PropertyDefinition,
  owner: PropertyOwner,
  value: number,
): { text: string; rule: string; reasonCode: number } | undefined {
  const { least, most, name } = definition;
  const rule = ruleOf(definition, owner);
  if (least !== undefined && value < least) {
    const reasonCode = definition.id === 0x23 ? TOPIC_ALIAS_INVALID : 0x82;
    return { text: `${name} must not be ${value}`, rule: definition.leastRule ?? rule, reasonCode };
  }
  if (most !== undefined && value > most) {
    return { text: `${name} is ${value} and may be 0 or 1`, rule, reasonCode: 0x82 };
  }
  return undefined;
}

function checkResponseTopic(reader: Reader, owner: PropertyOwner, topic: string, at: number): void {
  const fault = responseTopicFault(owner, topic);
  if (fault !== undefined) reader.malformed(fault.text, at, fault.rule, fault.rule);
}

/** Why a Response Topic cannot be the Topic Name of a response. */
export function responseTopicFault(
  owner: PropertyOwner,
  topic: string,
): { text: string; rule: string } | undefined {
  const fault = topicNameFault(topic);
  if (fault === undefined) return undefined;
  const wildcard = fault.since5 === '5.0/MQTT-4.7.0-1' && owner === 'publish';
  return { text: `Response Topic ${fault.text}`, rule: wildcard ? '5.0/MQTT-3.3.2-14' : fault.since5 };
}

/** The statement or section that says how this property stands in this packet. */
export function ruleOf(definition: PropertyDefinition, owner: PropertyOwner): string {
  return definition.rules[owner] ?? '5.0/2.2.2.2';
}
