/** delivery.qos: what is sent on, and what a subscription brings of what is retained, comes at the lower of published and granted. */
import type { Ledger } from '../evidence/ledger.ts';
import type { Message } from '../evidence/message.ts';
import type { RetainedMessage } from '../evidence/retained.ts';
import type { Seen } from '../evidence/seen.ts';
import type { Session } from '../evidence/session.ts';
import { formerOf, highest, lowest, ON, type Subscription } from '../evidence/subscription.ts';
import { placeOf, type Tally } from '../tally.ts';

const QOS = placeOf('delivery.qos');

export class GrantedQoS {
  readonly #tally: Tally;

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  forwarded(
    ledger: Ledger,
    session: Session,
    seen: Seen,
    message: Message,
    matching: readonly Subscription[],
  ): void {
    let grants = 0;
    let certain = true;
    for (const each of matching) {
      grants |= each.grants | each.pending;
      const fixed = each.pending === 0 && lowest(each.grants) === highest(each.grants);
      if (
        !fixed ||
        each.shared ||
        (each.noLocal & ON) !== 0 ||
        !(each.certainSince > 0 && each.certainSince < message.arrivals[0]!.i)
      ) {
        certain = false;
      }
    }
    if (grants === 0) return;
    const { qos } = seen.packet;
    this.#tally.reachAt(QOS);
    let allowed = false;
    let best = 0;
    for (let published = 0; published <= 2; published++) {
      if ((message.qos & (1 << published)) === 0) continue;
      for (let grant = 0; grant <= 2; grant++) {
        if ((grants & (1 << grant)) === 0) continue;
        const lower = Math.min(published, grant);
        if (lower === qos) allowed = true;
        best = Math.max(best, lower);
      }
    }
    const once = matching.length === 1 || ledger.broker.promises?.overlap === 'once';
    if (allowed && (qos === best || !certain || !once || message.arrivals.length > 1)) return;
    if (formerOf(session, seen.topic) > 0) return;
    const broker = ledger.broker.name;
    const published = message.arrivals.map((each) => each.qos).join(' or ');
    const granted = [0, 1, 2].filter((grant) => (grants & (1 << grant)) !== 0).join(' or ');
    this.#tally.broken(
      'delivery.qos',
      broker,
      `${broker} sent ${session.clientId} a message on ${seen.topic} at QoS ${qos}: published at ${published}, granted ${granted}`,
      [message.arrivals[0]!.i, seen.i],
    );
  }

  /** A retained message that a subscription brought: any of those that match may be the one. */
  retained(
    ledger: Ledger,
    session: Session,
    seen: Seen,
    retained: RetainedMessage,
    matching: readonly Subscription[],
  ): void {
    let grants = 0;
    for (const each of matching) grants |= each.grants | each.pending;
    // It may have been published at another QoS before.
    if (grants === 0 || retained.again) return;
    const published = retained.arrival.qos;
    const { qos } = seen.packet;
    this.#tally.reach('delivery.qos');
    const granted = [0, 1, 2].filter((grant) => (grants & (1 << grant)) !== 0);
    if (granted.some((grant) => Math.min(published, grant) === qos)) return;
    if (formerOf(session, seen.topic) > 0) return;
    const broker = ledger.broker.name;
    this.#tally.broken(
      'delivery.qos',
      broker,
      `${broker} sent ${session.clientId} the retained message on ${seen.topic} at QoS ${qos}: published at ${published}, granted ${granted.join(' or ')}`,
      [retained.arrival.i, seen.i],
    );
  }
}
