import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A field as tshark found it. */
export interface TsharkField {
  name: string;
  /** How tshark shows the value. */
  show: string;
  /** The bytes in hexadecimal, or the value of some bits. */
  value: string;
  /** Bytes from the start of the MQTT packet. */
  offset: number;
  length: number;
}

export interface TsharkPacket {
  fields: TsharkField[];
  /** What tshark has to complain about. */
  complaints: string[];
}

export interface Sent {
  fromClient: boolean;
  bytes: Uint8Array;
}

/** What tshark makes of one connection to port 1883, a TCP segment a packet. */
export function tsharkOf(executable: string, sent: readonly Sent[]): TsharkPacket[] {
  const directory = mkdtempSync(join(tmpdir(), 'amber-tshark-'));
  try {
    const capture = join(directory, 'packets.pcap');
    writeFileSync(capture, captureOf(sent));
    return dissectedByTshark(executable, capture);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Lengths, reserved bits and headings: they hold no value of the packet. */
const NO_VALUE =
  /_len$|\.len$|reserved|^mqtt\.(properties|will_properties|hdrflags|conflags|conack\.flags|subscription_options)$/;
export function holdsValue({ name }: TsharkField): boolean {
  return !NO_VALUE.test(name);
}

/** Fields whose value is text or bytes. */
const TEXT =
  /^mqtt\.(protoname|clientid|willtopic|willmsg|username|passwd|topic|msg|prop_string|prop_key|prop_value|prop_binary.*|property\.content_type)$/;

/** Numbers as such, texts and bytes as hexadecimal. */
export function seenValue(field: TsharkField): number | string {
  if (!TEXT.test(field.name)) return Number(field.show);
  // This one is shown with its length before it.
  return field.name === 'mqtt.property.content_type' ? field.value.slice(4) : field.value;
}

/** What tshark makes of the packets of a capture, only those of MQTT if a filter says so. */
export function dissectedByTshark(executable: string, capture: string, filter = ''): TsharkPacket[] {
  const pdml = execFileSync(executable, ['-r', capture, '-T', 'pdml', '-Y', filter], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 1 << 28,
  });
  return pdml.split('<packet>').slice(1).map(packetOf);
}

const CLIENT = { address: 0x0a000001, port: 40_000 };
const SERVER = { address: 0x0a000002, port: 1883 };

/** The plainest capture file: IPv4 without a link layer, checksums left out, microseconds for times. */
function captureOf(sent: readonly Sent[]): Buffer {
  const RAW_IP = 101;
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(262_144, 16);
  header.writeUInt32LE(RAW_IP, 20);
  const parts: Buffer[] = [header];
  const next = { client: 1, server: 1 };
  sent.forEach(({ fromClient, bytes }, i) => {
    const [from, to] = fromClient ? [CLIENT, SERVER] : [SERVER, CLIENT];
    const frame = Buffer.alloc(40 + bytes.length);
    frame[0] = 0x45;
    frame.writeUInt16BE(frame.length, 2);
    frame[8] = 64;
    frame[9] = 6;
    frame.writeUInt32BE(from.address, 12);
    frame.writeUInt32BE(to.address, 16);
    frame.writeUInt16BE(from.port, 20);
    frame.writeUInt16BE(to.port, 22);
    frame.writeUInt32BE(fromClient ? next.client : next.server, 24);
    frame.writeUInt32BE(fromClient ? next.server : next.client, 28);
    frame[32] = 0x50;
    frame[33] = 0x18;
    frame.writeUInt16BE(0xffff, 34);
    frame.set(bytes, 40);
    next[fromClient ? 'client' : 'server'] += bytes.length;
    const record = Buffer.alloc(16);
    record.writeUInt32LE(i, 4);
    record.writeUInt32LE(frame.length, 8);
    record.writeUInt32LE(frame.length, 12);
    parts.push(record, frame);
  });
  return Buffer.concat(parts);
}

function packetOf(text: string): TsharkPacket {
  const complaints = [
    ...text.matchAll(
      /<proto name="(_ws\.[^"]*)" showname="([^"]*)"|"(_ws\.expert\.message)"[^>]*show="([^"]*)"/g,
    ),
  ].map((found) => `${found[1] ?? found[3]} ${found[2] ?? found[4]}`);
  const mqtt = /<proto name="mqtt"[^>]* pos="(\d+)"[\s\S]*?<\/proto>/.exec(text);
  if (mqtt === null) return { fields: [], complaints: [...complaints, 'no MQTT'] };
  const start = Number(mqtt[1]);
  const fields = [...mqtt[0].matchAll(/<field ([^>]*)>/g)].map((found): TsharkField => {
    const attribute = (name: string) =>
      unescaped(new RegExp(` ${name}="([^"]*)"`).exec(` ${found[1]}`)?.[1] ?? '');
    return {
      name: attribute('name'),
      show: attribute('show'),
      value: attribute('value'),
      offset: Number(attribute('pos')) - start,
      length: Number(attribute('size')),
    };
  });
  return { fields, complaints };
}

function unescaped(text: string): string {
  const characters: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
  return text
    .replace(/&#x([0-9a-f]+);/gi, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))
    .replace(/&(lt|gt|amp|quot|apos);/g, (_, name: string) => characters[name]!);
}
