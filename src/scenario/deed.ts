/** What a script does, as it was written: enough to tell its story again without it. */
import type { Micros } from '../mqtt/machine.ts';
import type { AppCall } from '../trace/event.ts';
import type { BrokerSettings } from './broker-options.ts';
import type { ClientSettings } from './client-options.ts';
import type { LinkSettings } from './link.ts';

/** Something is there from now on. */
export type WorldDeed =
  | { readonly kind: 'broker'; readonly name: string; readonly settings: BrokerSettings }
  | { readonly kind: 'client'; readonly name: string; readonly settings: ClientSettings }
  | { readonly kind: 'link'; readonly a: string; readonly b: string; readonly settings: LinkSettings };

/** A client is called. */
export interface CallDeed {
  readonly kind: 'call';
  /** `sensor/publish#12`: the twelfth publish of sensor. */
  readonly name: string;
  readonly client: string;
  readonly op: AppCall['op'];
  /** What the method was called with; a server by its name. */
  readonly args: readonly unknown[];
  readonly at: Micros;
}

export type Deed =
  | WorldDeed
  | CallDeed
  /** The world is to come to rest. */
  | { readonly kind: 'quiet'; readonly at: Micros }
  /** What cannot be told again, in a word or two: `a raw peer`. */
  | { readonly kind: 'other'; readonly what: string };
