/**
 * Which packets belong together: a request with its answers, over all resendings and reconnections, and a message
 * with what it was forwarded as.
 *
 * CONNECT goes with CONNACK and the AUTH between them, PINGREQ with PINGRESP, and what has a Packet Identifier with the packets of
 * that identifier up to the last acknowledgement, for then it may be used anew [3.1.1/MQTT-2.3.1-3]. A PUBLISH that is sent because one
 * arrived is that message, forwarded; one that waited in a queue has another cause, and is not found.
 */
import { Column } from './column.ts';
import { Dictionary } from './dictionary.ts';
import { type EventColumns, KIND_CODES } from './event-columns.ts';
import type { FlightColumns } from './flight-columns.ts';

const CONNECT = 1;
const CONNACK = 2;
const PUBLISH = 3;
const PUBACK = 4;
const PUBREC = 5;
const PUBREL = 6;
const PUBCOMP = 7;
const SUBSCRIBE = 8;
const SUBACK = 9;
const UNSUBSCRIBE = 10;
const UNSUBACK = 11;
const PINGREQ = 12;
const PINGRESP = 13;
const AUTH = 15;

const DUP = 0x08;
const QOS = 0x06;
const RE_AUTHENTICATE = 0x19;

const RECEIVED = KIND_CODES['packet.received'];
const CALL = KIND_CODES['app.call'];
/** Causes are followed over so many events: disks, timers and answers may stand between arrival and forwarding. */
const HOPS_MAX = 16;
/** Packets of one message: it may have thousands of subscribers. */
const JOURNEY_MAX = 2_000;

/**
 * The latest flight of each exchange of a side that may go on, from 1, by its Packet Identifier. Who sends may choose any identifier, so
 * what this takes is bound by how many are open, not by how large they are.
 */
class Open {
  readonly #flights = new Map<number, number>();

  /** 0 for none. */
  at(identifier: number): number {
    return this.#flights.get(identifier) ?? 0;
  }

  set(identifier: number, flight: number): void {
    if (flight === 0) this.#flights.delete(identifier);
    else this.#flights.set(identifier, flight);
  }
}

export class Exchanges {
  readonly #events: EventColumns;
  readonly #flights: FlightColumns;
  /** By flight: the first of its exchange, and the next one, from 1; 0 for none. */
  readonly #first = new Column(Int32Array);
  readonly #next = new Column(Int32Array);
  /** By flight, from 1: the PUBLISH that it forwards; its own first and latest forwarding; the next of the same message. */
  readonly #origin = new Column(Int32Array);
  readonly #forwarding = new Column(Int32Array);
  readonly #latest = new Column(Int32Array);
  readonly #sibling = new Column(Int32Array);
  /** The latest flight of each exchange that may go on: those of connections, whose names are dense, and a table for each side of two nodes. */
  readonly #ofConnections = new Column(Int32Array);
  readonly #ofSide: Open[] = [];
  readonly #pairs = new Dictionary<string>();
  /** By connection: who dialled it, and the two ends of it, which are the same for the next connection between them. */
  readonly #dialler = new Column(Int32Array);
  readonly #pair = new Column(Int32Array);

  constructor(events: EventColumns, flights: FlightColumns) {
    this.#events = events;
    this.#flights = flights;
  }

  /** The next connection, by the numbers of the nodes at its ends. */
  connection(dialler: number, listener: number): void {
    this.#dialler.push(dialler);
    const pair = this.#pairs.codeOf(`${dialler} ${listener}`);
    this.#pair.push(pair);
    if (2 * pair === this.#ofSide.length) this.#ofSide.push(new Open(), new Open());
  }

  /** The next flight has departed: it is the first `length` of these bytes. */
  departed(flight: number, bytes: Uint8Array, length: number): void {
    this.#first.push(flight);
    this.#next.push(0);
    const first = this.#flights.firstByte[flight]!;
    switch (first >> 4) {
      case PUBLISH:
        if ((first & QOS) !== 0) this.#goOn(flight, (first & DUP) !== 0, true);
        if (this.#first.cells[flight] === flight) this.#trace(flight);
        break;
      case PUBREL:
        this.#goOn(flight, true, true);
        break;
      case CONNECT:
      case PINGREQ:
      case SUBSCRIBE:
      case UNSUBSCRIBE:
        this.#goOn(flight, false, true);
        break;
      case AUTH:
        this.#goOn(flight, !(length > 2 && bytes[2] === RE_AUTHENTICATE), true);
        break;
      case CONNACK:
      case PUBACK:
      case PUBREC:
      case PUBCOMP:
      case SUBACK:
      case UNSUBACK:
      case PINGRESP:
        this.#goOn(flight, true, false);
        break;
    }
  }

  /** A flight has arrived: what it ends cannot go on. */
  arrived(flight: number): void {
    switch (this.#flights.firstByte[flight]! >> 4) {
      case CONNACK:
      case PUBACK:
      case PUBCOMP:
      case SUBACK:
      case UNSUBACK:
      case PINGRESP: {
        const table = this.#tableOf(flight);
        const name = this.#nameOf(flight);
        const open = table.at(name) - 1;
        if (open >= 0 && this.#first.cells[open] === this.#first.cells[flight]) table.set(name, 0);
      }
    }
  }

  /** The flights of the exchange of one of them, in the order of departure. */
  of(flight: number): number[] {
    const flights: number[] = [];
    for (let each = this.#first.cells[flight]!; each >= 0; each = this.#next.cells[each]! - 1) {
      if (flights.length === JOURNEY_MAX) break;
      flights.push(each);
    }
    return flights;
  }

  /** The flights of the exchanges by which a message came and was forwarded, in the order of departure. */
  journeyOf(flight: number): number[] {
    let root = this.#first.cells[flight]!;
    // An origin departed earlier, so this comes to an end.
    for (let origin = this.#origin.at(root); origin > 0; origin = this.#origin.at(root)) {
      root = this.#first.cells[origin - 1]!;
    }
    const flights: number[] = [];
    const roots = [root];
    for (const each of roots) {
      for (const part of this.of(each)) {
        flights.push(part);
        let forwarded = this.#forwarding.at(part);
        for (; forwarded > 0 && roots.length < JOURNEY_MAX; forwarded = this.#sibling.at(forwarded - 1)) {
          roots.push(forwarded - 1);
        }
      }
      if (flights.length >= JOURNEY_MAX) break;
    }
    return flights.sort((one, other) => one - other);
  }

  /** Puts a flight behind the latest of its exchange, if it is the same and may go on; or it begins one that may. */
  #goOn(flight: number, same: boolean, begins: boolean): void {
    const table = this.#tableOf(flight);
    const name = this.#nameOf(flight);
    const open = same ? table.at(name) - 1 : -1;
    if (open >= 0) {
      this.#next.cells[open] = flight + 1;
      this.#first.cells[flight] = this.#first.cells[open]!;
    }
    if (begins || open >= 0) table.set(name, flight + 1);
  }

  /** Of a PUBLISH: the one that arrived at its sender and made it send this. */
  #trace(flight: number): void {
    const { cause, flight: flightAt, kind, node } = this.#events;
    const at = this.#flights.sent[flight]! - 1;
    let because = cause[at]! - 1;
    for (let hops = 0; because >= 0 && hops < HOPS_MAX; hops++, because = cause[because]! - 1) {
      if (kind[because] === CALL || node[because] !== node[at]) return;
      if (kind[because] !== RECEIVED) continue;
      const arrived = flightAt[because]!;
      const type = arrived < 0 ? 0 : this.#flights.firstByte[arrived]! >> 4;
      if (type === PUBLISH || type === PUBREL) this.#forward(this.#first.cells[arrived]!, flight);
      return;
    }
  }

  #forward(origin: number, flight: number): void {
    this.#origin.set(flight, origin + 1);
    const latest = this.#latest.at(origin);
    if (latest === 0) this.#forwarding.set(origin, flight + 1);
    else this.#sibling.set(latest - 1, flight + 1);
    this.#latest.set(origin, flight + 1);
  }

  /** Where the exchanges are kept among which that of a flight is. */
  #tableOf(flight: number): Open | Column<Int32Array> {
    const { firstByte, from, sent } = this.#flights;
    const conn = this.#events.conn[sent[flight]! - 1]!;
    const type = firstByte[flight]! >> 4;
    if (isOfConnection(type)) return this.#ofConnections;
    const sentByDialler = from[flight] === this.#dialler.cells[conn];
    const begunByDialler = sentByDialler !== isAnswer(type);
    return this.#ofSide[2 * this.#pair.cells[conn]! + (begunByDialler ? 1 : 0)]!;
  }

  /** Which of the exchanges of its table a flight belongs to: that of its connection, or of its Packet Identifier. */
  #nameOf(flight: number): number {
    const { firstByte, identifier, sent } = this.#flights;
    const type = firstByte[flight]! >> 4;
    if (!isOfConnection(type)) return identifier[flight]!;
    const conn = this.#events.conn[sent[flight]! - 1]!;
    return 2 * conn + (type === PINGREQ || type === PINGRESP ? 1 : 0);
  }
}

/** Of an exchange that ends with its connection, and has no Packet Identifier. */
function isOfConnection(type: number): boolean {
  return type === PINGREQ || type === PINGRESP || type === CONNECT || type === CONNACK || type === AUTH;
}

/** Sent by who did not begin the exchange. */
function isAnswer(type: number): boolean {
  return type === PUBACK || type === PUBREC || type === PUBCOMP || type === SUBACK || type === UNSUBACK;
}
