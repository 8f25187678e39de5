/**
 * What a painter draws: plain shapes in pixels of the diagram, in no way bound to SVG, canvas or a terminal.
 *
 * `i` is always the ordinal of the event that a shape stands for.
 */
import type { BannerTone } from './banners.ts';
import type { Family } from './family.ts';
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
  /** Why it was lost, beside the cross. */
  reason: Label | undefined;
}

export type Glyph = 'call' | 'delivered' | 'failed' | 'closed' | 'ended' | 'fault' | 'down' | 'up';

/** Something that happened at one lane. */
export interface Mark {
  i: number;
  x: number;
  y: number;
  glyph: Glyph;
  label: Label | undefined;
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

export interface Sign {
  i: number;
  tone: BannerTone;
  x: number;
  y: number;
  width: number;
  height: number;
  lines: readonly string[];
}

export interface AxisGap {
  y1: number;
  y2: number;
  text: string;
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

export interface DisplayList {
  top: number;
  bottom: number;
  lanes: readonly LaneLine[];
  bands: readonly Band[];
  gaps: readonly AxisGap[];
  ticks: readonly Tick[];
  arrows: readonly Arrow[];
  marks: readonly Mark[];
  signs: readonly Sign[];
  /** Packets that touch the window, and those of them that an arrow stands for: fewer when the window holds too many. */
  packetsInWindow: number;
  packetsShown: number;
  /** Labels for which there was no room. */
  labelsElided: number;
}
