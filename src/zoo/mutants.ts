/** All of the zoo, in the order of the table in docs/zoo.md. */
import { acknowledgesBeforeStored } from './brokers/acknowledges-before-stored.ts';
import { backlogReversed } from './brokers/backlog-reversed.ts';
import { cleanStartIgnored } from './brokers/clean-start-ignored.ts';
import { dollarMatched } from './brokers/dollar-matched.ts';
import { dupForgotten } from './brokers/dup-forgotten.ts';
import { identifierShared } from './brokers/identifier-shared.ts';
import { pubrelNotResent } from './brokers/pubrel-not-resent.ts';
import { qosNotLowered } from './brokers/qos-not-lowered.ts';
import { qos2Forgotten } from './brokers/qos2-forgotten.ts';
import { qos2SurvivesCleanStart } from './brokers/qos2-survives-clean-start.ts';
import { redeliveryReversed } from './brokers/redelivery-reversed.ts';
import { retainForwarded } from './brokers/retain-forwarded.ts';
import { retainLost } from './brokers/retain-lost.ts';
import { retriesOnTimer } from './brokers/retries-on-timer.ts';
import { sessionExpiryIgnored } from './brokers/session-expiry-ignored.ts';
import { sessionOutlivesExpiry } from './brokers/session-outlives-expiry.ts';
import { sessionPresentNever } from './brokers/session-present-never.ts';
import { sessionPresentOnClean } from './brokers/session-present-on-clean.ts';
import { sessionsNotRestored } from './brokers/sessions-not-restored.ts';
import { takeoverLeavesFirst } from './brokers/takeover-leaves-first.ts';
import { unsubscribeNotStored } from './brokers/unsubscribe-not-stored.ts';
import { userPropertiesLost } from './brokers/user-properties-lost.ts';
import { willAfterDisconnect } from './brokers/will-after-disconnect.ts';
import { willAtNextConnect } from './brokers/will-at-next-connect.ts';
import { willLost } from './brokers/will-lost.ts';
import { willLostOnTakeover } from './brokers/will-lost-on-takeover.ts';
import { willLostOnTimeout } from './brokers/will-lost-on-timeout.ts';
import { canary } from './canary.ts';
import { acknowledgesUnhandled } from './clients/acknowledges-unhandled.ts';
import { clientDupForgotten } from './clients/dup-forgotten.ts';
import { dupOnNew } from './clients/dup-on-new.ts';
import { identifiersRestart } from './clients/identifiers-restart.ts';
import { publishAfterPubrec } from './clients/publish-after-pubrec.ts';
import { clientQos2Forgotten } from './clients/qos2-forgotten.ts';
import { clientQos2SurvivesCleanStart } from './clients/qos2-survives-clean-start.ts';
import { queueReversed } from './clients/queue-reversed.ts';
import { clientRedeliveryReversed } from './clients/redelivery-reversed.ts';
import type { Mutant } from './mutation.ts';

export const MUTANTS: readonly Mutant[] = [
  acknowledgesBeforeStored,
  backlogReversed,
  cleanStartIgnored,
  dollarMatched,
  dupForgotten,
  identifierShared,
  pubrelNotResent,
  qosNotLowered,
  qos2Forgotten,
  qos2SurvivesCleanStart,
  redeliveryReversed,
  retainForwarded,
  retainLost,
  retriesOnTimer,
  sessionExpiryIgnored,
  sessionOutlivesExpiry,
  sessionPresentNever,
  sessionPresentOnClean,
  sessionsNotRestored,
  takeoverLeavesFirst,
  unsubscribeNotStored,
  userPropertiesLost,
  willAfterDisconnect,
  willAtNextConnect,
  willLostOnTakeover,
  willLostOnTimeout,
  willLost,
  acknowledgesUnhandled,
  clientDupForgotten,
  dupOnNew,
  identifiersRestart,
  publishAfterPubrec,
  clientQos2Forgotten,
  clientQos2SurvivesCleanStart,
  queueReversed,
  clientRedeliveryReversed,
];

/** Undefined when there is none of that name. */
export function mutantNamed(name: string): Mutant | undefined {
  return [...MUTANTS, canary].find((mutant) => mutant.name === name);
}
