/** The public API of `mqtt-amber`: everything a scenario imports. Runs unchanged in Node and in browsers. */
export type { AccessRequest, Admission, Credentials, Redirection } from './mqtt/broker/access.ts';
export type {
  AuthenticationExchange as BrokerAuthenticationExchange,
  AuthenticationMethod as BrokerAuthentication,
  AuthenticationStep,
} from './mqtt/broker/authentication.ts';
export type {
  AuthenticationExchange as ClientAuthenticationExchange,
  AuthenticationMethod as ClientAuthentication,
  ClientError,
} from './mqtt/client/application.ts';
export type { ConnackProperties, Connect, UserProperties } from './mqtt/codec/packet.ts';
export type { ProtocolName } from './mqtt/codec/protocol-name.ts';
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
export type { Client, ConnectResult, PublishResult } from './scenario/client.ts';
export type { ClientSettings, ReconnectSettings, WillOptions } from './scenario/client-options.ts';
export type { ConnectOptions } from './scenario/connect-options.ts';
export {
  CallError,
  type CallFailure,
  ScriptError,
  StalledError,
  TimeoutError,
  UnquietError,
} from './scenario/errors.ts';
export type { Link, LinkSettings, Verdict } from './scenario/link.ts';
export type { MessageOptions } from './scenario/message-options.ts';
export type { NodeHandle, NodeReference } from './scenario/node-handle.ts';
export type { Payload } from './scenario/option-values.ts';
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
export type {
  DisconnectOptions,
  PublishOptions,
  SubscribeOptions,
  UnsubscribeOptions,
} from './scenario/requests.ts';
export {
  isScenario,
  type Scenario,
  type ScenarioOptions,
  type Script,
  scenario,
} from './scenario/scenario.ts';
export type { AssertTally, Simulation } from './scenario/simulation.ts';
export type { Fault, FaultDetail, FaultFamily, FaultFilter } from './sim/fault.ts';
export { type PresetName, presets } from './sim/presets.ts';
export type { ProfileName } from './sim/profile.ts';
export { type Chance, NameError } from './sim/rng.ts';
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
export type { WebSocketSettings } from './sim/websocket-carriage.ts';
