declare module 'seedrandom/lib/alea.js' {
  /** A generator of numbers in [0, 1), determined by its seed alone. */
  export default function alea(seed: string): () => number;
}
