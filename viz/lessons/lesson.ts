/**
 * A lesson: data beside a story. The story (`sims/lessons/NAME.ts`) is a scenario like any other; everything here is text, and
 * questions to the trace of its run, in the language of the filter (docs/filter.md). Nothing is bound to a clock, and no answer is
 * written down: what is right is what the machines did. docs/writing-lessons.md says how to write one.
 *
 * Texts are plain, but for `code` and *emphasis*.
 */
import type { ParameterValue } from '../../src/scenario/parameters.ts';

/** An event of the trace: the first that a filter matches, or the `nth`; -1 is the last, -2 the one before it. */
export type Moment = string | { readonly filter: string; readonly nth: number };

/**
 * How many events a filter matches: exactly `is`, or from `least` to `most`. At least one without any of them. `before` also asks
 * that the first of them happens before the first event which that filter matches.
 */
export interface Condition {
  readonly of: string;
  readonly is?: number;
  readonly least?: number;
  readonly most?: number;
  readonly before?: string;
}

/** One sentence or two, and the event that they are about: it is selected in the picture while they are read. */
export interface Step {
  readonly at: Moment;
  readonly text: string;
}

/** One value of the thing that can be changed, and what is told of a run with it, once it was predicted. */
export interface Choice {
  readonly value: ParameterValue;
  readonly label: string;
  readonly steps: readonly Step[];
}

export interface Change {
  /** What can be changed. */
  readonly text: string;
  /** The name of a parameter that the story declares. */
  readonly parameter: string;
  readonly choices: readonly Choice[];
}

/** What a reader may expect of the next run. It is right when all of `holds` are true of the trace. */
export interface Expectation {
  readonly text: string;
  readonly holds: readonly Condition[];
  /** Told when it was wrong: something to think of, never the solution. */
  readonly hint: string;
}

export interface Prediction {
  readonly question: string;
  readonly expectations: readonly Expectation[];
}

export interface Goal {
  /** What is to be brought about by the change, as a task. */
  readonly text: string;
  /** True of the trace of a run that brings it about. */
  readonly holds: readonly Condition[];
  /** Told after a run that was predicted and did not bring it about. */
  readonly notYet: string;
  /** Every choice is to be tried, and each has to bring it about. */
  readonly all?: boolean;
}

/** What is read off a packet: its length in bytes, or the value of a field by the name that the inspector shows. */
export type Reading = 'size' | { readonly field: string };

interface Question {
  readonly question: string;
  /** The packet that is shown, in the run that reached the goal. */
  readonly packet: Moment;
  /** Told when the answer was wrong: never the solution. */
  readonly hint: string;
  /** Told when it was right. */
  readonly told: string;
}

/** Point at a byte: right is any byte of the field that the inspector shows by this name. */
export interface PickByte extends Question {
  readonly field: string;
}

/** Type a number: right is what is read off the packet. */
export interface TypeValue extends Question {
  readonly read: Reading;
}

export type ByteItem = PickByte | TypeValue;

/** A cell for each pair of values of two parameters: a run of its own, off which one thing is read, and which opens in the picture. */
export interface Matrix {
  readonly title: string;
  readonly rows: {
    readonly parameter: string;
    readonly title: string;
    readonly values: readonly ParameterValue[];
  };
  readonly columns: {
    readonly parameter: string;
    readonly title: string;
    readonly values: readonly ParameterValue[];
  };
  readonly packet: Moment;
  readonly read: Reading;
  /** What a cell says instead of the number that was read: the first word for 0, the next for 1. */
  readonly words?: readonly string[];
}

/** Bytes on the wire: of packets or frames of a run, and of texts in other languages. */
export interface Bill {
  readonly title: string;
  readonly entries: readonly (BillOfPackets | BillOfText)[];
}

interface BillOfPackets {
  readonly name: string;
  /** Added up; what is on the wire of each is shown when there is one. */
  readonly packets: readonly Moment[];
  /** The value of the change with which the story is run; without it, the first run. */
  readonly value?: ParameterValue;
}

interface BillOfText {
  readonly name: string;
  readonly text: string;
}

interface LackTold {
  /** A question that begins with what is missing. */
  readonly title: string;
  /** What is missing, in a few words that stand above the picture. */
  readonly without: string;
  /** Told first, while the picture stands at its beginning. */
  readonly text: string;
  readonly steps: readonly Step[];
  /** True of this run, and not of the same run where nothing is missing. */
  readonly holds: readonly Condition[];
}

/** The run of one choice once more, with a known bug in the place of our machines. */
export interface LackOfMutant extends LackTold {
  /** By its name in docs/zoo.md. */
  readonly mutant: string;
  /** The value of the change. */
  readonly value: ParameterValue;
}

/** A story of its own, whose defaults lack it. */
export interface LackOfStory extends LackTold {
  /** Its path, as that of the lesson's story. */
  readonly story: string;
  /** Parameters with which nothing is missing. */
  readonly sound: Readonly<Record<string, ParameterValue>>;
  /** The run with those, where what is missing is seen best beside what is not. */
  readonly mended?: Mended;
}

/** What is told of a story in which nothing is missing, right after it was told what happens where something is. */
export interface Mended {
  readonly title: string;
  /** What is no longer missing, in a few words that stand above the picture. */
  readonly with: string;
  readonly steps: readonly Step[];
}

/**
 * What would happen if what the lesson is about were missing. It is shown after what was right, so that two pictures tell what the thing is
 * for; nobody judges it, for the text says at its time what is wrong.
 */
export type Lack = LackOfMutant | LackOfStory;

export interface Lesson {
  /** As in the names of its files and in its address. */
  readonly name: string;
  readonly title: string;
  /** What one can say afterwards: one line for the list. */
  readonly about: string;
  /** The path of the story below `sims`, without its ending. */
  readonly story: string;
  readonly seed: number | string;
  /** A known bug in the place of our machines, by its name in docs/zoo.md. */
  readonly mutant?: string;
  /** What there is, before anything happens: one paragraph each. */
  readonly begin: readonly string[];
  /** The first run, with the defaults of the story. */
  readonly watch: readonly Step[];
  readonly change: Change;
  /** Nodes: beside them, and beside those that they talk with, bars show what each holds of a delivery at QoS 1 or 2. */
  readonly memory?: readonly string[];
  /** Its pictures begin with this event: what came before it is above, for who scrolls there. */
  readonly from?: Moment;
  readonly goal: Goal;
  readonly prediction: Prediction;
  readonly lack?: readonly Lack[];
  readonly bytes: ByteItem;
  readonly matrix?: Matrix;
  readonly bill?: Bill;
  /** What the standard says, with the ids of its statements: `[5.0/MQTT-3.3.1-2]`. */
  readonly standard: string;
}
