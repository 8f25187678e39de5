/** Where the thread of a run begins. */
import { takeOrders } from './run-thread.ts';

// It is not awaited: where a story waits for what never comes, newer versions of Node would print that this line does.
void takeOrders();
