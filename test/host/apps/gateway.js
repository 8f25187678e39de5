// An ES module that imports one in CommonJS.
export { late, report, WebSocket } from './meter.cjs';
