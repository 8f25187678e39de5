/** The lessons in their order. A new one is a file beside this, and a line here. */
import { qos0 } from './06-qos-0.ts';
import { qos1 } from './07-qos-1.ts';
import { qos2 } from './08-qos-2.ts';
import type { Lesson } from './lesson.ts';

export const LESSONS: readonly Lesson[] = [qos0, qos1, qos2];
