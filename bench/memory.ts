/** What of the memory is in use. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Taken when this is loaded: in the middle of a run of hosted code, where some of it is weighed, nobody is told. */
const { memoryUsage } = process;
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes that are still reachable, on the heap and beside it. */
export function heldBytes(): number {
  // The second collection takes what the first one only let go.
  collect();
  collect();
  const { heapUsed, external } = memoryUsage();
  return heapUsed + external;
}
