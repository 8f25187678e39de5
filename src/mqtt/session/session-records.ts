import { Few } from '../../collections/few.ts';
import type { Entry } from './changes.ts';
import type { Journal } from './journal.ts';
import { bytesOf, type Message } from './message.ts';
import { MAXIMUM_PACKET_ID } from './packet-ids.ts';
import { RecordError, RecordReader, RecordWriter } from './record.ts';

/** How a machine's messages become values: a broker's carry more than a client's. */
export interface MessageFormat<M extends Message> {
  write(writer: RecordWriter, message: M): void;
  read(reader: RecordReader): M;
}

/**
 * Writes messages as values, and the same message once: a message that fans out to a thousand sessions in one
 * input has a thousand keys and one value.
 */
export class MessageRecords<M extends Message> {
  readonly #format: MessageFormat<M>;
  readonly #writer = new RecordWriter();
  #last: M | undefined;
  #lastValue: Uint8Array | undefined;

  constructor(format: MessageFormat<M>) {
    this.#format = format;
  }

  encode(message: M): Uint8Array {
    if (message === this.#last) return this.#lastValue!;
    this.#writer.begin('M');
    this.#format.write(this.#writer, message);
    this.#last = message;
    this.#lastValue = this.#writer.finish();
    return this.#lastValue;
  }

  decode(key: string, value: Uint8Array): M {
    const reader = new RecordReader(key, value, 'M');
    const message = this.#format.read(reader);
    reader.done();
    return message;
  }
}

const idWriter = new RecordWriter();

function packetIdRecord(packetId: number): Uint8Array {
  return idWriter.begin('I').u16(packetId).finish();
}

function readPacketId(key: string, value: Uint8Array): number {
  const reader = new RecordReader(key, value, 'I');
  const packetId = reader.u16();
  reader.done();
  if (packetId === 0) reader.fail('has packet identifier 0');
  return packetId;
}

/** The tables of a session's two halves, as {@link SessionRecords} has them. */
const TABLES = ['out', 'id', 'rel', 'in'] as const;
type Table = 0 | 1 | 2 | 3;
const OUT = 0;
const ID = 1;
const REL = 2;
const IN = 3;

/** Of a key besides its prefix, and of a record besides its message: more than either ever has. */
const FRAME_BYTES = 64;

/** A record of a half: a message, or an identifier. */
class HalfEntry<M extends Message> implements Entry {
  readonly bytes: number;
  place = -1;
  readonly #records: SessionRecords<M>;
  readonly #table: Table;
  readonly #number: number;
  readonly #packetId: number;
  readonly #message: M | undefined;

  constructor(
    records: SessionRecords<M>,
    table: Table,
    number: number,
    packetId: number,
    message: M | undefined,
  ) {
    this.#records = records;
    this.#table = table;
    this.#number = number;
    this.#packetId = packetId;
    this.#message = message;
    // Text takes at most three bytes a unit.
    this.bytes = FRAME_BYTES + (message === undefined ? 0 : 3 * bytesOf(message));
  }

  get key(): string {
    return this.#records.keyOf(this.#table, this.#number);
  }

  get value(): Uint8Array {
    return this.#message === undefined
      ? packetIdRecord(this.#packetId)
      : this.#records.messages.encode(this.#message);
  }
}

/**
 * The durable keys of one session's two halves, below `prefix`:
 *
 * - `out/SERIAL`: a message to be sent; with it `id/SERIAL`, its packet identifier, once it is in flight. A message is written once,
 *   however far it gets.
 * - `rel/SERIAL`: the identifier of a message whose PUBREC was seen; serials keep the order of the PUBRECs.
 * - `in/ID`: a QoS 2 identifier that was received and not released.
 */
export class SessionRecords<M extends Message> {
  readonly messages: MessageRecords<M>;
  readonly #journal: Journal;
  readonly #prefix: string;
  /** Those of this life by number and table; what an earlier one left is known by its key. Most sessions never have any. */
  #live: Few<number, HalfEntry<M>> | undefined;

  constructor(journal: Journal, prefix: string, messages: MessageRecords<M>) {
    this.#journal = journal;
    this.#prefix = prefix;
    this.messages = messages;
  }

  putMessage(serial: number, message: M): void {
    // How long it lives from now on is told as of now.
    if (message.properties?.messageExpiryInterval === undefined) this.#add(OUT, serial, 0, message);
    else this.#journal.put(this.keyOf(OUT, serial), this.messages.encode(message));
  }

  putIdentifier(serial: number, packetId: number): void {
    this.#add(ID, serial, packetId, undefined);
  }

  deleteIdentifier(serial: number): void {
    this.#remove(ID, serial);
  }

  deleteMessage(serial: number): void {
    this.#remove(OUT, serial);
  }

  putRelease(serial: number, packetId: number): void {
    this.#add(REL, serial, packetId, undefined);
  }

  deleteRelease(serial: number): void {
    this.#remove(REL, serial);
  }

  putReceived(packetId: number): void {
    this.#add(IN, packetId, packetId, undefined);
  }

  deleteReceived(packetId: number): void {
    this.#remove(IN, packetId);
  }

  keyOf(table: Table, number: number): string {
    return `${this.#prefix}${TABLES[table]}/${number}`;
  }

  #add(table: Table, number: number, packetId: number, message: M | undefined): void {
    if (!this.#journal.keeps) return;
    const entry = new HalfEntry(this, table, number, packetId, message);
    this.#live ??= new Few();
    this.#live.set(number * TABLES.length + table, entry);
    this.#journal.add(entry);
  }

  #remove(table: Table, number: number): void {
    const place = number * TABLES.length + table;
    const entry = this.#live?.get(place);
    if (entry === undefined) {
      this.#journal.delete(this.keyOf(table, number));
      return;
    }
    this.#live!.delete(place);
    this.#journal.erase(entry);
  }
}

/** What a crash left of the two halves of a session, gathered from a snapshot in whatever order it comes. */
export class RecoveredHalves<M extends Message> {
  readonly #prefix: string;
  readonly #records: MessageRecords<M>;
  readonly #out = new Map<number, M>();
  readonly #ids = new Map<number, number>();
  readonly #rel: { serial: number; packetId: number }[] = [];
  readonly #received: number[] = [];

  constructor(prefix: string, records: MessageRecords<M>) {
    this.#prefix = prefix;
    this.#records = records;
  }

  /** Takes one entry; false when its key, which begins with the prefix, is none of a session's halves. */
  take(key: string, value: Uint8Array): boolean {
    const slash = key.indexOf('/', this.#prefix.length);
    if (slash < 0) return false;
    const number = Number(key.slice(slash + 1));
    const table = key.slice(this.#prefix.length, slash);
    if (table !== 'out' && table !== 'id' && table !== 'rel' && table !== 'in') return false;
    if (!Number.isSafeInteger(number) || number < 1 || String(number) !== key.slice(slash + 1)) {
      throw new RecordError(key, 'is not numbered');
    }
    if (table === 'out') this.#out.set(number, this.#records.decode(key, value));
    else {
      const packetId = readPacketId(key, value);
      if (table === 'id') this.#ids.set(number, packetId);
      else if (table === 'rel') this.#rel.push({ serial: number, packetId });
      else if (packetId === number && number <= MAXIMUM_PACKET_ID) this.#received.push(number);
      else throw new RecordError(key, `is about identifier ${packetId}`);
    }
    return true;
  }

  /** For {@link Outgoing.restore}: in the order in which the messages were handed over, and PUBRECs came. */
  outgoing(): {
    messages: { serial: number; message: M; packetId: number }[];
    releases: { serial: number; packetId: number }[];
  } {
    const seen = new Set<number>();
    const once = (key: string, packetId: number) => {
      if (seen.has(packetId)) throw new RecordError(key, `has identifier ${packetId}, as another record`);
      seen.add(packetId);
    };
    for (const [serial, packetId] of this.#ids) {
      const key = `${this.#prefix}id/${serial}`;
      if (!this.#out.has(serial)) throw new RecordError(key, 'belongs to no message');
      once(key, packetId);
    }
    for (const { serial, packetId } of this.#rel) once(`${this.#prefix}rel/${serial}`, packetId);
    const messages = [...this.#out].map(([serial, message]) => ({
      serial,
      message,
      packetId: this.#ids.get(serial) ?? 0,
    }));
    messages.sort((a, b) => a.serial - b.serial);
    this.#rel.sort((a, b) => a.serial - b.serial);
    return { messages, releases: this.#rel };
  }

  /** For {@link Incoming.restore}, ascending. */
  incoming(): number[] {
    return this.#received.sort((a, b) => a - b);
  }
}
