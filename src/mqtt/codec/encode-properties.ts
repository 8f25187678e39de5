import { rangeFault, responseTopicFault, ruleOf } from './decode-properties.ts';
import type { UserProperties } from './packet.ts';
import { type PropertyDefinition, type PropertyOwner, propertyByKey } from './property.ts';
import { VARIABLE_BYTE_INTEGER_MAXIMUM } from './variable-byte-integer.ts';
import type { Writer } from './writer.ts';

/** Writes Property Length and Properties, in the order in which the object holds them; a length of 0 for none [5.0/MQTT-2.2.2-1]. */
export function encodeProperties(writer: Writer, owner: PropertyOwner, properties: object | undefined): void {
  const from = writer.beginSized();
  if (properties === undefined) return;
  for (const key in properties) {
    const value = (properties as Record<string, unknown>)[key];
    if (value === undefined) continue;
    const definition = propertyByKey(key, owner);
    if (definition === undefined) {
      writer.malformed(`there is no property ${key} here`, '5.0/2.2.2.2', '5.0/2.2.2.2');
    }
    if (definition.id === 0x26) {
      for (const [name, text] of value as UserProperties) {
        writer.byte(0x26);
        writer.string('User Property name', name);
        writer.string('User Property value', text);
      }
    } else if (Array.isArray(value)) {
      for (const one of value) encodeProperty(writer, owner, definition, one);
    } else {
      encodeProperty(writer, owner, definition, value);
    }
  }
  writer.endSized(from);
}

/** Whether there is anything to write: acknowledgements without properties have a short form. */
export function hasProperties(properties: object | undefined): boolean {
  if (properties === undefined) return false;
  for (const key in properties) {
    const value = (properties as Record<string, unknown>)[key];
    if (value !== undefined && !(Array.isArray(value) && value.length === 0)) return true;
  }
  return false;
}

function encodeProperty(
  writer: Writer,
  owner: PropertyOwner,
  definition: PropertyDefinition,
  value: unknown,
): void {
  const { id, name, wireType } = definition;
  writer.byte(id);
  switch (wireType) {
    case 'byte':
      checkInteger(writer, owner, definition, value as number, 0xff);
      writer.byte(value as number);
      break;
    case 'two byte integer':
      checkInteger(writer, owner, definition, value as number, 0xffff);
      writer.twoBytes(value as number);
      break;
    case 'four byte integer':
      checkInteger(writer, owner, definition, value as number, 0xffff_ffff);
      writer.fourBytes(value as number);
      break;
    case 'variable byte integer':
      checkInteger(writer, owner, definition, value as number, VARIABLE_BYTE_INTEGER_MAXIMUM);
      writer.variableByteInteger(value as number);
      break;
    case 'binary':
      writer.binary(name, value as Uint8Array);
      break;
    default: {
      const fault = id === 0x08 ? responseTopicFault(owner, value as string) : undefined;
      if (fault !== undefined) writer.malformed(fault.text, fault.rule, fault.rule);
      writer.string(name, value as string);
    }
  }
}

function checkInteger(
  writer: Writer,
  owner: PropertyOwner,
  definition: PropertyDefinition,
  value: number,
  most: number,
): void {
  const rule = ruleOf(definition, owner);
  writer.integer(definition.name, value, 0, most, rule, rule);
  const fault = rangeFault(definition, owner, value);
  if (fault !== undefined) writer.fail(fault.text, fault.rule, fault.rule, fault.reasonCode);
}
