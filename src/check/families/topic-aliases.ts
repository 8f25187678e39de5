/** Topic aliases of 5.0: within what their reader takes, and never used before they are set. */
import type { Disconnect, Publish } from '../../mqtt/codec/packet.ts';
import type { Side } from '../evidence/side.ts';
import { placeOf, type Tally } from '../tally.ts';

const UNASKED = placeOf('alias.unasked');

const TOPIC_ALIAS_INVALID = 0x94;

export class TopicAliases {
  readonly #tally: Tally;

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  sent(side: Side, packet: Publish, i: number): void {
    if (side.conn.v < 5) return;
    const alias = packet.properties?.topicAlias;
    const { topicAliasMaximum, judged } = side;
    if (judged && topicAliasMaximum === 0) this.#tally.reachAt(UNASKED);
    if (alias === undefined) return;
    const set = side.aliases?.has(alias) ?? false;
    if (packet.topic !== '') {
      side.aliases ??= new Set();
      side.aliases.add(alias);
    } else if (!set) side.aliasesInvalid = true;
    if (alias > ownMaximum(side.other)) side.aliasesInvalid = true;
    if (!judged) return;
    const { name } = side.party;
    const reader = side.other.party.name;
    if (topicAliasMaximum === 0) {
      this.#tally.broken(
        'alias.unasked',
        name,
        `${name} sent topic alias ${alias} to ${reader}, which takes none`,
        [i],
      );
    } else if (topicAliasMaximum !== Number.POSITIVE_INFINITY) {
      this.#tally.reach('alias.maximum');
      if (alias > topicAliasMaximum) {
        this.#tally.broken(
          'alias.maximum',
          name,
          `${name} sent topic alias ${alias} to ${reader}, which takes ${topicAliasMaximum} at most`,
          [i],
        );
      }
    }
    if (packet.topic !== '') return;
    this.#tally.reach('alias.set');
    if (set) return;
    this.#tally.broken(
      'alias.set',
      name,
      `${name} sent topic alias ${alias} instead of a topic on ${side.conn.name}, where it had not set it`,
      [i],
    );
  }

  /** `side` read a PUBLISH with an alias that is within its own maximum. */
  read(side: Side, packet: Publish): void {
    const alias = packet.properties?.topicAlias;
    if (alias === undefined || !side.judged) return;
    if (alias <= ownMaximum(side)) this.#tally.reach('alias.accepted');
  }

  /** `side` closes over an alias. */
  refused(side: Side, packet: Disconnect, i: number): void {
    if (packet.reasonCode !== TOPIC_ALIAS_INVALID || !side.judged) return;
    if (side.other.aliasesInvalid) return;
    const { name } = side.party;
    this.#tally.broken(
      'alias.accepted',
      name,
      `${name} closed ${side.conn.name} over a topic alias, and all it was sent are set and within the ${ownMaximum(side)} that it takes`,
      [i],
    );
  }
}

function ownMaximum(side: Side): number {
  return side.terms?.topicAliasMaximum ?? 0;
}
