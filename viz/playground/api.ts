/** What a story can say, as the editor completes it: made from the sources of `mqtt-amber` by the build. */

export interface Api {
  /** What can be imported from `mqtt-amber`. */
  readonly exports: readonly ExportedName[];
  /** By name; what has no name in the sources has one of its place, `Link.partition options`. */
  readonly types: Readonly<Record<string, TypeShape>>;
}

export interface ExportedName extends Member {
  /** Something that is there when the story runs, and not a type alone. */
  readonly value: boolean;
}

export interface TypeShape {
  readonly members: readonly Member[];
  /** What it can be, when it is one of a few texts. */
  readonly values?: readonly string[];
  /** Of a list: the name of the type of what is in it. */
  readonly each?: string;
}

export interface Member {
  readonly name: string;
  readonly kind: 'function' | 'property' | 'class' | 'type';
  /** As it is written in the sources: `(topic, payload?, options?)` of a function, the type of a property. */
  readonly detail: string;
  /** The beginning of its doc-comment. */
  readonly doc: string;
  /** The name of the type that it has, or that calling it gives, in {@link Api.types}. */
  readonly type?: string;
  /** Of a function: the names of the types of its parameters, and of what it hands to a callback. */
  readonly takes?: readonly (string | undefined)[];
  readonly hands?: readonly (readonly (string | undefined)[] | undefined)[];
}
