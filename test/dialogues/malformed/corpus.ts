/** All that a client must not send. */
import { offencesBeforeConnect } from './before-connect.ts';
import { offencesWhenConnected } from './connected.ts';
import { offencesInAnExchange } from './in-an-exchange.ts';
import { dialogueOf, type Offence } from './offence.ts';
import { refusedOffences } from './refused.ts';

/** Its own number in the topics and Client Identifiers of its dialogue keeps each apart from the others on one broker. */
export const corpus = [
  ...refusedOffences,
  ...offencesBeforeConnect,
  ...offencesWhenConnected,
  ...offencesInAnExchange,
].map((offence: Offence, index) => ({
  ...offence,
  name: `${offence.what} (${offence.version}, ${offence.state})`,
  protocolVersion: offence.version === '5.0' ? (5 as const) : (4 as const),
  dialogue: dialogueOf(offence, index),
}));

export type Entry = (typeof corpus)[number];
