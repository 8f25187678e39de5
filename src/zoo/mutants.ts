/** All of the zoo, in the order of the table in docs/zoo.md. */
import { acknowledgesBeforeStored } from './brokers/acknowledges-before-stored.ts';
import { backlogReversed } from './brokers/backlog-reversed.ts';
import { cleanStartIgnored } from './brokers/clean-start-ignored.ts';
import { disconnectBeforeConnack } from './brokers/disconnect-before-connack.ts';
import { dollarMatched } from './brokers/dollar-matched.ts';
import { dupForgotten } from './brokers/dup-forgotten.ts';
import { expiredDelivered } from './brokers/expired-delivered.ts';
import { expiryFrozen } from './brokers/expiry-frozen.ts';
import { identifierOfFirstOnly } from './brokers/identifier-of-first-only.ts';
import { identifierShared } from './brokers/identifier-shared.ts';
import { keepAliveImpatient } from './brokers/keep-alive-impatient.ts';
import { keepAliveUnwatched } from './brokers/keep-alive-unwatched.ts';
import { liveOvertakesBacklog } from './brokers/live-overtakes-backlog.ts';
import { noLocalIgnored } from './brokers/no-local-ignored.ts';
import { packetSizeIgnored } from './brokers/packet-size-ignored.ts';
import { problemInformationForced } from './brokers/problem-information-forced.ts';
import { pubrecTwice } from './brokers/pubrec-twice.ts';
import { pubrelNotResent } from './brokers/pubrel-not-resent.ts';
import { qosNotLowered } from './brokers/qos-not-lowered.ts';
import { qos2Expires } from './brokers/qos2-expires.ts';
import { qos2Forgotten } from './brokers/qos2-forgotten.ts';
import { qos2SurvivesCleanStart } from './brokers/qos2-survives-clean-start.ts';
import { receiveMaximumIgnored } from './brokers/receive-maximum-ignored.ts';
import { redeliveryReversed } from './brokers/redelivery-reversed.ts';
import { retainForwarded } from './brokers/retain-forwarded.ts';
import { retainHandlingIgnored } from './brokers/retain-handling-ignored.ts';
import { retainLost } from './brokers/retain-lost.ts';
import { retainedNotReplaced } from './brokers/retained-not-replaced.ts';
import { retainedNotToWildcards } from './brokers/retained-not-to-wildcards.ts';
import { retriesOnTimer } from './brokers/retries-on-timer.ts';
import { secondConnectTolerated } from './brokers/second-connect-tolerated.ts';
import { sessionExpiryIgnored } from './brokers/session-expiry-ignored.ts';
import { sessionOutlivesExpiry } from './brokers/session-outlives-expiry.ts';
import { sessionPresentNever } from './brokers/session-present-never.ts';
import { sessionPresentOnClean } from './brokers/session-present-on-clean.ts';
import { sessionsNotRestored } from './brokers/sessions-not-restored.ts';
import { shareLoses } from './brokers/share-loses.ts';
import { shareNotShared } from './brokers/share-not-shared.ts';
import { takeoverLeavesFirst } from './brokers/takeover-leaves-first.ts';
import { takeoverUntold } from './brokers/takeover-untold.ts';
import { unsubscribeNotStored } from './brokers/unsubscribe-not-stored.ts';
import { userPropertiesLost } from './brokers/user-properties-lost.ts';
import { willAfterDisconnect } from './brokers/will-after-disconnect.ts';
import { willAtNextConnect } from './brokers/will-at-next-connect.ts';
import { willDelayIgnored } from './brokers/will-delay-ignored.ts';
import { willDespiteReturn } from './brokers/will-despite-return.ts';
import { willLost } from './brokers/will-lost.ts';
import { willLostOnTakeover } from './brokers/will-lost-on-takeover.ts';
import { willLostOnTimeout } from './brokers/will-lost-on-timeout.ts';
import { canary } from './canary.ts';
import { acknowledgesUnhandled } from './clients/acknowledges-unhandled.ts';
import { aliasMaximumIgnored } from './clients/alias-maximum-ignored.ts';
import { aliasSurvivesConnection } from './clients/alias-survives-connection.ts';
import { clientDupForgotten } from './clients/dup-forgotten.ts';
import { dupOnNew } from './clients/dup-on-new.ts';
import { identifierOfRequestInUse } from './clients/identifier-of-request-in-use.ts';
import { identifiersRestart } from './clients/identifiers-restart.ts';
import { maximumQoSIgnored } from './clients/maximum-qos-ignored.ts';
import { clientPacketSizeIgnored } from './clients/packet-size-ignored.ts';
import { pingsWhenNothingComes } from './clients/pings-when-nothing-comes.ts';
import { pubackOfAnother } from './clients/puback-of-another.ts';
import { publishAfterPubrec } from './clients/publish-after-pubrec.ts';
import { clientQos2Forgotten } from './clients/qos2-forgotten.ts';
import { clientQos2SurvivesCleanStart } from './clients/qos2-survives-clean-start.ts';
import { queueReversed } from './clients/queue-reversed.ts';
import { clientReceiveMaximumIgnored } from './clients/receive-maximum-ignored.ts';
import { clientRedeliveryReversed } from './clients/redelivery-reversed.ts';
import { retainAvailableIgnored } from './clients/retain-available-ignored.ts';
import { serverKeepAliveIgnored } from './clients/server-keep-alive-ignored.ts';
import type { Mutant } from './mutation.ts';

export const MUTANTS: readonly Mutant[] = [
  acknowledgesBeforeStored,
  backlogReversed,
  cleanStartIgnored,
  disconnectBeforeConnack,
  dollarMatched,
  dupForgotten,
  expiredDelivered,
  expiryFrozen,
  identifierOfFirstOnly,
  identifierShared,
  keepAliveImpatient,
  keepAliveUnwatched,
  liveOvertakesBacklog,
  noLocalIgnored,
  packetSizeIgnored,
  problemInformationForced,
  pubrecTwice,
  pubrelNotResent,
  qosNotLowered,
  qos2Expires,
  qos2Forgotten,
  qos2SurvivesCleanStart,
  receiveMaximumIgnored,
  redeliveryReversed,
  retainForwarded,
  retainHandlingIgnored,
  retainLost,
  retainedNotReplaced,
  retainedNotToWildcards,
  retriesOnTimer,
  secondConnectTolerated,
  sessionExpiryIgnored,
  sessionOutlivesExpiry,
  sessionPresentNever,
  sessionPresentOnClean,
  sessionsNotRestored,
  shareLoses,
  shareNotShared,
  takeoverLeavesFirst,
  takeoverUntold,
  unsubscribeNotStored,
  userPropertiesLost,
  willAfterDisconnect,
  willAtNextConnect,
  willDelayIgnored,
  willDespiteReturn,
  willLost,
  willLostOnTakeover,
  willLostOnTimeout,
  acknowledgesUnhandled,
  aliasMaximumIgnored,
  aliasSurvivesConnection,
  clientDupForgotten,
  dupOnNew,
  identifierOfRequestInUse,
  identifiersRestart,
  maximumQoSIgnored,
  clientPacketSizeIgnored,
  pingsWhenNothingComes,
  pubackOfAnother,
  publishAfterPubrec,
  clientQos2Forgotten,
  clientQos2SurvivesCleanStart,
  queueReversed,
  clientReceiveMaximumIgnored,
  clientRedeliveryReversed,
  retainAvailableIgnored,
  serverKeepAliveIgnored,
];

/** Undefined when there is none of that name. */
export function mutantNamed(name: string): Mutant | undefined {
  return [...MUTANTS, canary].find((mutant) => mutant.name === name);
}
