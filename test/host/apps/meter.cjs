// An application in CommonJS: its state, that of what it requires, and that of what it requires later are in modules.
const { count } = require('./parts/counter.cjs');
const { WebSocket } = require('ws');

let reports = 0;
exports.report = () => `${++reports} ${count()}`;
exports.late = () => require('./parts/late-counter.cjs').count();
exports.WebSocket = WebSocket;
