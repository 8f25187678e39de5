import { CodecError } from './codec-error.ts';
import { decode } from './decode.ts';
import { type Bits, type Dissection, Dissector, hexByte } from './dissection.ts';
import type { PacketType, ProtocolVersion } from './packet.ts';
import { PACKET_TYPES } from './packet-type.ts';
import { reasonName } from './reason-code.ts';

const QOS_NAMES = ['At most once delivery', 'At least once delivery', 'Exactly once delivery', 'reserved'];
const RETAIN_HANDLING_NAMES = ['send retained', 'send retained if new', 'do not send retained', 'reserved'];

function qosText(qos: number): string {
  return `${qos} (${QOS_NAMES[qos]})`;
}

/**
 * Takes one packet apart into a tree of fields that covers every byte. Never throws: for bytes that are no valid
 * packet the tree shows what can be told apart, and a field named `error`, with the rule, where {@link decode} gives up.
 *
 * @param version of the connection; a CONNECT says its own, which counts instead
 */
export function dissect(bytes: Uint8Array, version: ProtocolVersion): Dissection {
  const dissector = new Dissector(bytes, version);
  const definition = bytes.length === 0 ? undefined : PACKET_TYPES[bytes[0]! >> 4];
  const tree = dissector.group(definition?.name ?? 'not a packet', () => {
    if (bytes.length === 0) return;
    const type = definition?.type;
    dissectFixedHeader(dissector, type);
    if (type !== undefined) dissectBody(dissector, type, bytes[0]! & 0x0f);
    const lost = dissector.broken || type === undefined;
    dissector.rest(lost ? 'not understood' : 'beyond the last field');
    dissector.end = bytes.length;
    dissector.rest(lost ? 'not understood' : 'beyond Remaining Length');
  });
  tree.text = `${bytes.length} ${bytes.length === 1 ? 'byte' : 'bytes'}`;
  try {
    decode(bytes, version);
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    addError(tree, error);
  }
  return tree;
}

/** Hangs the error under the smallest field its offset lies in, or at the end of the tree. */
function addError(tree: Dissection, error: CodecError): void {
  const { message, offset, rule } = error;
  let field = tree;
  for (let inner: Dissection | undefined = tree; inner !== undefined; ) {
    field = inner;
    inner = field.children?.find(
      (child) => child.mask === undefined && offset >= child.offset && offset < child.offset + child.length,
    );
  }
  field.children ??= [];
  field.children.push({ name: 'error', text: message, offset, length: 0, rule });
}

function dissectFixedHeader(dissector: Dissector, type: PacketType | undefined): void {
  const typeBits: Bits = {
    name: 'MQTT Control Packet type',
    mask: 0xf0,
    text: (code) => `${code} (${PACKET_TYPES[code]?.name ?? 'reserved'})`,
  };
  const flagBits = flagBitsOf(dissector, type);
  dissector.group('Fixed Header', () => {
    dissector.flags('Type and flags', [typeBits, ...flagBits]);
    const remaining = dissector.variableByteInteger('Remaining Length');
    // What follows the packet is not part of it, so no field may reach into it.
    if (remaining !== undefined) dissector.end = Math.min(dissector.end, dissector.at + remaining);
  });
}

function flagBitsOf(dissector: Dissector, type: PacketType | undefined): Bits[] {
  const dup = { name: 'DUP', mask: 0x08 };
  const qos = { name: 'QoS', mask: 0x06, text: qosText };
  if (type === 'publish') return [dup, qos, { name: 'RETAIN', mask: 0x01 }];
  // 3.1 gave requests a QoS of 1, and DUP when they are sent again; later the same bits became reserved.
  const request = type === 'pubrel' || type === 'subscribe' || type === 'unsubscribe';
  if (request && dissector.version === 3) return [dup, qos, { name: 'Reserved', mask: 0x01 }];
  return [{ name: 'Reserved', mask: 0x0f }];
}

function dissectBody(dissector: Dissector, type: PacketType, flags: number): void {
  const since5 = dissector.version === 5;
  switch (type) {
    case 'connect':
      dissectConnect(dissector);
      break;
    case 'connack':
      dissector.section('Variable Header', () => {
        dissector.flags('Connect Acknowledge Flags', [
          { name: 'Reserved', mask: 0xfe },
          { name: 'Session Present', mask: 0x01 },
        ]);
        dissector.byte(since5 ? 'Connect Reason Code' : 'Connect Return code', reasonText(dissector, type));
        if (since5) dissector.properties(type);
      });
      break;
    case 'publish':
      dissector.section('Variable Header', () => {
        dissector.string('Topic Name');
        if ((flags & 0x06) !== 0) dissector.twoBytes('Packet Identifier');
        if (since5) dissector.properties(type);
      });
      if (!dissector.broken) dissector.rest('Payload');
      break;
    case 'puback':
    case 'pubrec':
    case 'pubrel':
    case 'pubcomp':
      dissector.section('Variable Header', () => {
        dissector.twoBytes('Packet Identifier');
        if (since5 && dissector.more) dissector.byte('Reason Code', reasonText(dissector, type));
        if (since5 && dissector.more) dissector.properties(type);
      });
      break;
    case 'subscribe':
    case 'unsubscribe':
      dissectHeaderWithId(dissector, type);
      dissector.section('Payload', () => {
        while (dissector.more) {
          dissector.string('Topic Filter');
          if (type === 'subscribe') dissectOptions(dissector);
        }
      });
      break;
    case 'suback':
    case 'unsuback':
      dissectHeaderWithId(dissector, type);
      if (type === 'unsuback' && !since5) break;
      dissector.section('Payload', () => {
        const name = since5 ? 'Reason Code' : 'Return code';
        while (dissector.more) dissector.byte(name, reasonText(dissector, type));
      });
      break;
    case 'disconnect':
    case 'auth':
      if (!since5 || !dissector.more) break;
      dissector.section('Variable Header', () => {
        const name = type === 'auth' ? 'Authenticate Reason Code' : 'Disconnect Reason Code';
        dissector.byte(name, reasonText(dissector, type));
        if (dissector.more) dissector.properties(type);
      });
      break;
    case 'pingreq':
    case 'pingresp':
      break;
  }
}

function reasonText(dissector: Dissector, type: PacketType): (code: number) => string {
  return (code) => `${hexByte(code)} (${reasonName(type, code, dissector.version)})`;
}

function dissectHeaderWithId(dissector: Dissector, type: PacketType): void {
  dissector.section('Variable Header', () => {
    dissector.twoBytes('Packet Identifier');
    if (dissector.version === 5) dissector.properties(type);
  });
}

function dissectOptions(dissector: Dissector): void {
  if (dissector.version < 5) {
    dissector.flags('Requested QoS', [
      { name: 'Reserved', mask: 0xfc },
      { name: 'QoS', mask: 0x03, text: qosText },
    ]);
    return;
  }
  dissector.flags('Subscription Options', [
    { name: 'Reserved', mask: 0xc0 },
    { name: 'Retain Handling', mask: 0x30, text: (value) => `${value} (${RETAIN_HANDLING_NAMES[value]})` },
    { name: 'Retain As Published', mask: 0x08 },
    { name: 'No Local', mask: 0x04 },
    { name: 'Maximum QoS', mask: 0x03, text: qosText },
  ]);
}

const VERSION_NAMES: Readonly<Record<number, string>> = { 3: '3 (3.1)', 4: '4 (3.1.1)', 5: '5 (5.0)' };

function dissectConnect(dissector: Dissector): void {
  let flags: number | undefined;
  dissector.section('Variable Header', () => {
    dissector.string('Protocol Name');
    const level = dissector.byte('Protocol Version', (value) => VERSION_NAMES[value] ?? `${value} (unknown)`);
    if (level !== 3 && level !== 4 && level !== 5) {
      dissector.broken = true;
      return;
    }
    dissector.version = level;
    flags = dissector.flags('Connect Flags', [
      { name: 'User Name Flag', mask: 0x80 },
      { name: 'Password Flag', mask: 0x40 },
      { name: 'Will Retain', mask: 0x20 },
      { name: 'Will QoS', mask: 0x18, text: qosText },
      { name: 'Will Flag', mask: 0x04 },
      { name: level === 5 ? 'Clean Start' : 'Clean Session', mask: 0x02 },
      { name: 'Reserved', mask: 0x01 },
    ]);
    dissector.twoBytes('Keep Alive', (seconds) => (seconds === 0 ? '0 (off)' : `${seconds} s`));
    if (level === 5) dissector.properties('connect');
  });
  if (flags === undefined || dissector.broken) return;
  const present = flags;
  dissector.section('Payload', () => {
    dissector.string('Client Identifier');
    if ((present & 0x04) !== 0) {
      if (dissector.version === 5) dissector.properties('will', 'Will Properties');
      dissector.string('Will Topic');
      dissector.binary(dissector.version === 5 ? 'Will Payload' : 'Will Message');
    }
    if ((present & 0x80) !== 0 && dissector.more) dissector.string('User Name');
    if ((present & 0x40) !== 0 && dissector.more) dissector.binary('Password');
  });
}
