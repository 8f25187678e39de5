import { Applications } from './families/application.ts';
import { Delivery } from './families/delivery.ts';
import { Exchanges } from './families/exchange.ts';
import { Losses } from './families/losses.ts';
import { RetainedMessages } from './families/retained-messages.ts';
import { Sessions } from './families/sessions.ts';
import { SharedSubscriptions } from './families/shared-subscriptions.ts';
import { Wills } from './families/wills.ts';
import type { Tally } from './tally.ts';
import { Wire } from './wire.ts';

/** All families of rules, over one tally. */
export class Families {
  readonly tally: Tally;
  readonly exchanges: Exchanges;
  readonly wills: Wills;
  readonly retainedMessages: RetainedMessages;
  readonly sharedSubscriptions: SharedSubscriptions;
  readonly delivery: Delivery;
  readonly losses: Losses;
  readonly sessions: Sessions;
  readonly applications: Applications;
  readonly wire: Wire;

  constructor(tally: Tally) {
    this.tally = tally;
    this.exchanges = new Exchanges(tally);
    this.wills = new Wills(tally);
    this.retainedMessages = new RetainedMessages(tally);
    this.sharedSubscriptions = new SharedSubscriptions(tally);
    this.delivery = new Delivery(tally, this.wills, this.retainedMessages, this.sharedSubscriptions);
    this.losses = new Losses(tally);
    this.sessions = new Sessions(tally);
    this.applications = new Applications(tally);
    this.wire = new Wire(tally);
  }
}
