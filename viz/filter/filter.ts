/**
 * The filter language as a tree: `type:PUBLISH qos>=1 topic:home/+/temp lost`. docs/filter.md explains it to people.
 */

/** Where something stands in the text of a filter, in UTF-16 units. */
export interface Place {
  start: number;
  length: number;
}

/** `:` is what suits the field: a topic filter for topics, a pattern for names, words for texts. */
export type Operator = ':' | '=' | '!=' | '<' | '<=' | '>' | '>=' | '~';

/** A value as it was written, and as a number where it is one (microseconds of times); NaN elsewhere. */
export interface Value {
  text: string;
  number: number;
}

export type Filter =
  /** All of them, also when there are none; that is what an empty text says. */
  | { kind: 'and'; parts: readonly Filter[]; place: Place }
  | { kind: 'or'; parts: readonly Filter[]; place: Place }
  | { kind: 'not'; part: Filter; place: Place }
  | Has
  | Compare
  | Within;

/** `lost`: a flag holds, or a field is there at all. */
export interface Has {
  kind: 'has';
  name: string;
  place: Place;
}

/** `qos>=1`. Of several values any may fit, and with `!=` none. */
export interface Compare {
  kind: 'compare';
  field: string;
  operator: Operator;
  values: readonly Value[];
  place: Place;
}

/** `t in 1s..2s`, both ends included; a missing end is open. */
export interface Within {
  kind: 'within';
  field: string;
  from: Value | undefined;
  to: Value | undefined;
  place: Place;
}

/** Why a text is no filter, so that a caret can be drawn under it. Start and length are within the text. */
export interface FilterError extends Place {
  /** One sentence without a full stop. */
  message: string;
  /** What could stand there; may be empty. */
  expected: readonly string[];
}

export type ParsedFilter = { filter: Filter; error?: undefined } | { filter?: undefined; error: FilterError };

/** Longer texts are refused: nobody types them. */
export const FILTER_CHARS_MAX = 4_000;
/** Parentheses and `not` within each other. */
export const FILTER_DEPTH_MAX = 60;
