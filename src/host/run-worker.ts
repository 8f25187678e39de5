/**
 * Where the thread of a run begins. From Node 22.1 on it finds there what V8 made of the engine before: in the folder that Node takes for
 * that, unless it cannot be written to or NODE_DISABLE_COMPILE_CACHE is set. So the engine is loaded after it was asked for.
 */
import * as nodeModule from 'node:module';

(nodeModule as { enableCompileCache?: () => void }).enableCompileCache?.();
const { takeOrders } = await import('./run-thread.ts');
await takeOrders();
