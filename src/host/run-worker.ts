/** Where the thread of a run begins. */
import { takeOrders } from './run-thread.ts';

await takeOrders();
