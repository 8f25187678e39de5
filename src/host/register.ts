/**
 * `mqtt-amber/register`: time, chance and the network of this thread can be virtual from here on. It is for processes that run scenarios
 * themselves, and is to be loaded before the packages that nodes host, for some of them keep a timer of Node when they are loaded:
 * `node --import mqtt-amber/register`, or `setupFiles: ['mqtt-amber/register']` of vitest. Until a scenario runs nothing is different.
 */
import { installDispatchers } from './dispatchers.ts';

installDispatchers();
