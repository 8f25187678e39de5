/** MQTT on real sockets: `mqtt-amber/net`. Needs Node. */
export { DirectoryStore } from './directory-store.ts';
export { type Address, type BrokerServer, type ServeOptions, serve } from './serve.ts';
export { type Store, StoreError } from './store.ts';
