/** MQTT on real sockets: `mqtt-amber/net`. Needs Node. */
export { readAcl } from './acl-file.ts';
export {
  ClientCallError,
  type ClientEvents,
  connect,
  connectAsync,
  type Granted,
  type MessagePacket,
  type MqttClient,
  type PublishOptions,
  type SubscribeOptions,
} from './client.ts';
export type { ConnectOptions, ConnectProperties } from './connect-options.ts';
export type { TlsOptions } from './dial.ts';
export { DirectoryStore } from './directory-store.ts';
export { AccessFileError, readPasswords } from './password-file.ts';
export { type Address, type BrokerServer, type ServeOptions, serve } from './serve.ts';
export { type Store, StoreError } from './store.ts';
export { type Tap, type TapOptions, tap } from './tap.ts';
