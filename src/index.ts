/** The public API of `mqtt-amber`: everything a scenario imports. Runs unchanged in Node and in browsers. */
export {
  type RunError,
  type RunOptions,
  type RunResult,
  type RunVerdict,
  run,
  type Surroundings,
} from './runner/run.ts';
export type { Broker } from './scenario/broker.ts';
export type { BrokerSettings } from './scenario/broker-options.ts';
export type { Client, ConnectResult, PublishOptions, SubscribeOptions } from './scenario/client.ts';
export type { ClientSettings, Payload, ReconnectSettings, WillOptions } from './scenario/client-options.ts';
export {
  CallError,
  type CallFailure,
  ScriptError,
  StalledError,
  TimeoutError,
  UnquietError,
} from './scenario/errors.ts';
export type { Link, LinkSettings, Verdict } from './scenario/link.ts';
export type { NodeHandle, NodeReference } from './scenario/node-handle.ts';
export {
  type BooleanParameter,
  type ChoiceParameter,
  type DurationParameter,
  type NumberParameter,
  type Parameter,
  ParameterError,
  type Parameters,
  type ParameterValue,
  type ParameterValues,
} from './scenario/parameters.ts';
export type { Peer, Wire } from './scenario/peer.ts';
export type { Received, ReceivedMessage } from './scenario/received.ts';
export {
  isScenario,
  type ProtocolName,
  type Scenario,
  type ScenarioOptions,
  type Script,
  scenario,
} from './scenario/scenario.ts';
export type { AssertTally, Simulation } from './scenario/simulation.ts';
export { type PresetName, presets } from './sim/presets.ts';
export type { ProfileName } from './sim/profile.ts';
export { NameError } from './sim/rng.ts';
export {
  anyPacket,
  auth,
  connack,
  connect,
  cut,
  delay,
  disconnect,
  drop,
  type Occurrence,
  type PacketMatcher,
  type PublishOccurrence,
  pass,
  pingreq,
  pingresp,
  puback,
  pubcomp,
  publish,
  pubrec,
  pubrel,
  type RuleVerdict,
  resetAfter,
  resetBefore,
  suback,
  subscribe,
  unsuback,
  unsubscribe,
} from './sim/rule.ts';
export { LimitError } from './sim/simulator.ts';
export { type Duration, DurationError } from './sim/time.ts';
