/** Where the thread of a run begins. */
import { takeOrders } from './run-thread.ts';

// Not awaited here, nor begun while this is loaded: for as long Node listens for the end of the process, to print that this line waits where
// a story waits for what never comes.
setImmediate(takeOrders);
