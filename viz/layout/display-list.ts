/**
 * What a painter draws: plain shapes in pixels of the diagram, in no way bound to SVG, canvas or a terminal.
 *
 * `i` is always the ordinal of the event that a shape stands for.
 */

import type { Family } from '../index/family.ts';
import type { BannerTone } from './banners.ts';
import type { TextStyle } from './text-measure.ts';

export interface Span {
  text: string;
  style: TextStyle;
  /** From the left edge of the label. */
  dx: number;
  width: number;
}

/** A text with its box; spans share one baseline. */
export interface Label {
  x: number;
  y: number;
  width: number;
  height: number;
  spans: readonly Span[];
}

/** How an arrow ends: it arrived, was lost where the cross is, or was still under way when the trace ended. */
export type ArrowEnd = 'arrived' | 'lost' | 'under-way';

export interface Arrow {
  i: number;
  x1: number;
  y1: number;
  x2: number;
  y2: number;
  family: Family;
  /** Of the line, in pixels: grows with the QoS of a PUBLISH. */
  weight: number;
  end: ArrowEnd;
  /** A broken promise points at this packet. */
  accused: boolean;
  /** Where it would have arrived, for an arrow that did not. */
  aimX: number;
  /** Packets it stands for: more than one between folded lanes, where many lie on each other; `i` is the first of them. */
  count: number;
  label: Label | undefined;
  /** More words: why it was lost, beside the cross, or what has no room above the line, below it. */
  note: Label | undefined;
  /** A filter did not find it. */
  dimmed: boolean;
}

export type Glyph = 'call' | 'delivered' | 'failed' | 'closed' | 'ended' | 'fault' | 'down' | 'up';

/** Something that happened at one lane. */
export interface Mark {
  i: number;
  x: number;
  y: number;
  glyph: Glyph;
  label: Label | undefined;
  /** A filter did not find it. */
  dimmed: boolean;
}

export type BandKind = 'connection' | 'down' | 'paused' | 'fault';

/** Something that lasted. */
export interface Band {
  i: number;
  kind: BandKind;
  x1: number;
  x2: number;
  y1: number;
  y2: number;
  /** For a connection: from here on it was established. NaN if it never was. */
  solidFrom: number;
  label: Label | undefined;
}

/** A frame of a WebSocket, around all packets that it carries bytes of. */
export interface Frame {
  i: number;
  x: number;
  y: number;
  width: number;
  height: number;
  /** How many bytes it has on the wire. */
  text: string;
  /** A filter did not find it. */
  dimmed: boolean;
}

export interface Sign {
  i: number;
  tone: BannerTone;
  x: number;
  y: number;
  width: number;
  height: number;
  lines: readonly string[];
}

/** What stands for a sentence where there is no room for it, or for several that are at one height. */
export interface Flag {
  /** The first of them, or the first that says that a promise was broken. */
  i: number;
  y: number;
  tone: BannerTone | 'fault';
  count: number;
  /** Empty where it would not fit. */
  text: string;
  width: number;
  /** Heights at which a promise was broken: a line crosses all lanes there. */
  lines: number[];
}

/**
 * Packets as counts, where there are too many to draw: a bar grows out of its lane for each bin of pixels, in stripes by
 * family. A bin with a lost or broken packet is never without a stripe that says so.
 */
export interface Density {
  /** Height of a bin. */
  step: number;
  /** Stripes: where each is, how wide, and what it counts, as a place in `CENSUS_KINDS`. */
  x: Float32Array;
  y: Float32Array;
  width: Float32Array;
  kind: Uint8Array;
  /** Packets of the fullest bin that is drawn. */
  most: number;
}

export interface AxisGap {
  y1: number;
  y2: number;
  text: string;
  /** Keep-alives in it that are drawn once with others. */
  pings: number;
  /** Nothing was under way in it. */
  silent: boolean;
}

export interface Tick {
  y: number;
  text: string;
}

export interface LaneLine {
  index: number;
  x: number;
}

/**
 * How packets are drawn, by how many there are: up to some hundreds each is a shape with its words, up to some thousands a line
 * with words where there is room, above that they are counted.
 */
export type Tier = 'shapes' | 'lines' | 'density';

export interface DisplayList {
  top: number;
  bottom: number;
  tier: Tier;
  lanes: readonly LaneLine[];
  bands: readonly Band[];
  gaps: readonly AxisGap[];
  ticks: readonly Tick[];
  arrows: readonly Arrow[];
  /** Of the tier of shapes. */
  frames: readonly Frame[];
  marks: readonly Mark[];
  signs: readonly Sign[];
  flags: readonly Flag[];
  /** Of the tier of that name. */
  density: Density | undefined;
  /** Packets of the window: those that arrows stand for, or those that are counted. */
  packets: number;
  /** Labels for which there was no room. */
  labelsElided: number;
}
