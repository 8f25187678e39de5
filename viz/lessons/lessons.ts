/** The lessons in their order. A new one is a file beside this, and a line here. */
import { publishSubscribe } from './01-publish-subscribe.ts';
import { topics } from './02-topics.ts';
import { packet } from './03-packet.ts';
import { packetTypes } from './04-packet-types.ts';
import { connect } from './05-connect.ts';
import { qos0 } from './06-qos-0.ts';
import { qos1 } from './07-qos-1.ts';
import { qos2 } from './08-qos-2.ts';
import { qosMatrix } from './09-qos-matrix.ts';
import { sessions } from './10-sessions.ts';
import { keepAlive } from './11-keep-alive.ts';
import { lastWill } from './12-last-will.ts';
import { retained } from './13-retained.ts';
import { websocket } from './14-websocket.ts';
import { wireCost } from './15-wire-cost.ts';
import { flowControl } from './16-flow-control.ts';
import { survival } from './17-survival.ts';
import { debugging } from './18-debugging.ts';
import type { Lesson } from './lesson.ts';

export const LESSONS: readonly Lesson[] = [
  publishSubscribe,
  topics,
  packet,
  packetTypes,
  connect,
  qos0,
  qos1,
  qos2,
  qosMatrix,
  sessions,
  keepAlive,
  lastWill,
  retained,
  websocket,
  wireCost,
  flowControl,
  survival,
  debugging,
];
