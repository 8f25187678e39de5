import { Applications } from './application.ts';
import { Delivery } from './delivery.ts';
import { Exchanges } from './exchange.ts';
import { Losses } from './losses.ts';
import { Sessions } from './sessions.ts';
import type { Tally } from './tally.ts';
import { Wills } from './wills.ts';
import { Wire } from './wire.ts';

/** All families of rules, over one tally. */
export class Families {
  readonly tally: Tally;
  readonly exchanges: Exchanges;
  readonly wills: Wills;
  readonly delivery: Delivery;
  readonly losses: Losses;
  readonly sessions: Sessions;
  readonly applications: Applications;
  readonly wire: Wire;

  constructor(tally: Tally) {
    this.tally = tally;
    this.exchanges = new Exchanges(tally);
    this.wills = new Wills(tally);
    this.delivery = new Delivery(tally, this.wills);
    this.losses = new Losses(tally);
    this.sessions = new Sessions(tally);
    this.applications = new Applications(tally);
    this.wire = new Wire(tally);
  }
}
