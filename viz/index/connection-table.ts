/** The connections of a trace by number, in the order in which they were first heard of. */
import type { Name } from '../../src/trace/names.ts';
import type { Chronicle } from './chronicle.ts';
import { Column } from './column.ts';
import { Dictionary } from './dictionary.ts';
import type { Exchanges } from './exchanges.ts';
import { type Connection, endsOfConnection } from './story.ts';

export class ConnectionTable {
  readonly list: Connection[] = [];
  readonly #codes = new Dictionary<string>();
  readonly #nodes: Dictionary<string>;
  readonly #chronicle: Chronicle;
  readonly #exchanges: Exchanges;
  /** By connection: the numbers of the names of who dialled and who was dialled. */
  readonly #diallers = new Column(Int32Array);
  readonly #listeners = new Column(Int32Array);

  /** Who else has to hear of a new connection: `nodes` numbers the names of its ends. */
  constructor(nodes: Dictionary<string>, chronicle: Chronicle, exchanges: Exchanges) {
    this.#nodes = nodes;
    this.#chronicle = chronicle;
    this.#exchanges = exchanges;
  }

  /** The number of a connection, which is new if it was not heard of before. */
  codeOf(name: string | Name): number {
    if (typeof name === 'string') return this.#named(name);
    if (name.conn < 0) name.conn = this.#named(name.text);
    return name.conn;
  }

  /** The number of the node at the other end of a connection than this one. */
  peerOf(code: number, node: number): number {
    const dialler = this.#diallers.cells[code]!;
    return node === dialler ? this.#listeners.cells[code]! : dialler;
  }

  #named(name: string): number {
    const code = this.#codes.codeOf(name);
    if (code < this.list.length) return code;
    const { from, to } = endsOfConnection(name);
    // Recorded traffic may not say which nodes there are; the one that is dialled is the broker.
    this.#chronicle.nodeNamed(from, 'client');
    this.#chronicle.nodeNamed(to, 'broker');
    this.list.push({ name, from, to, dialled: 0, established: 0, ended: 0 });
    const [dialler, listener] = [this.#nodes.codeOf(from), this.#nodes.codeOf(to)];
    this.#diallers.push(dialler);
    this.#listeners.push(listener);
    this.#exchanges.connection(dialler, listener);
    return code;
  }
}
