import { describe, expect, it } from 'vitest';
import {
  filterError,
  filterFault,
  parseShared,
  topicNameError,
  topicNameFault,
} from '../../../src/mqtt/topic/index.ts';

describe('a Topic Name', () => {
  it.each([
    'a',
    '/',
    '//',
    ' ',
    'a b',
    '$SYS/x',
    'Accounts payable',
    '\uFEFF',
    '\u{2A6D4}',
    'x'.repeat(65_535),
  ])('may be %j', (name) => {
    expect(topicNameError(name)).toBeUndefined();
  });

  it.each([
    ['', '5.0/MQTT-4.7.3-1'],
    ['a/+', '5.0/MQTT-4.7.0-1'],
    ['a/#', '5.0/MQTT-4.7.0-1'],
    ['a+b', '5.0/MQTT-4.7.0-1'],
    ['a\0', '5.0/MQTT-4.7.3-2'],
    ['\uD800', '5.0/MQTT-1.5.4-1'],
    ['\uDC00a', '5.0/MQTT-1.5.4-1'],
    ['x'.repeat(65_536), '5.0/MQTT-4.7.3-3'],
    ['\u{2A6D4}'.repeat(16_384), '5.0/MQTT-4.7.3-3'],
  ])('may not be %j [%s]', (name, rule) => {
    expect(topicNameFault(name)?.since5).toBe(rule);
    expect(topicNameError(name)).toBeTypeOf('string');
  });

  it('of exactly 65535 bytes in two, three and four bytes a character is valid', () => {
    expect(topicNameError(`x${'ü'.repeat(32_767)}`)).toBeUndefined();
    expect(topicNameError('€'.repeat(21_845))).toBeUndefined();
    expect(topicNameError(`xxx${'\u{2A6D4}'.repeat(16_383)}`)).toBeUndefined();
  });
});

describe('a Topic Filter', () => {
  it.each([
    '#',
    '+',
    '+/tennis/#',
    'sport/+/player1',
    '/#',
    '/+',
    '+/+',
    '//#',
    '$share',
    '$share2/a',
    '$SYS/#',
  ])('may be %s', (filter) => {
    expect(filterError(filter)).toBeUndefined();
  });

  it.each([
    ['', '5.0/MQTT-4.7.3-1'],
    ['sport/tennis#', '5.0/MQTT-4.7.1-1'],
    ['sport/tennis/#/ranking', '5.0/MQTT-4.7.1-1'],
    ['##', '5.0/MQTT-4.7.1-1'],
    ['#/', '5.0/MQTT-4.7.1-1'],
    ['sport+', '5.0/MQTT-4.7.1-2'],
    ['+sport', '5.0/MQTT-4.7.1-2'],
    ['a/++', '5.0/MQTT-4.7.1-2'],
    ['a/+#', '5.0/MQTT-4.7.1-2'],
    ['a\0', '5.0/MQTT-4.7.3-2'],
    ['a\uDFFF', '5.0/MQTT-1.5.4-1'],
    ['x'.repeat(65_536), '5.0/MQTT-4.7.3-3'],
  ])('may not be %j [%s]', (filter, rule) => {
    expect(filterFault(filter)?.since5).toBe(rule);
  });
});

describe('a Shared Subscription', () => {
  it.each([
    ['$share/consumer1/sport/tennis/+', 'consumer1', 'sport/tennis/+'],
    ['$share/consumer1//finance', 'consumer1', '/finance'],
    ['$share/g/#', 'g', '#'],
    ['$share/g//', 'g', '/'],
    ['$share/$share/$share/x', '$share', '$share/x'],
  ])('%s is the group %s on %s', (filter, group, inner) => {
    expect(filterError(filter)).toBeUndefined();
    expect(parseShared(filter)).toEqual({ group, filter: inner });
  });

  it.each([
    ['$share/', '5.0/MQTT-4.8.2-1'],
    ['$share//a', '5.0/MQTT-4.8.2-1'],
    ['$share/g', '5.0/MQTT-4.8.2-2'],
    ['$share/g/', '5.0/MQTT-4.8.2-2'],
    ['$share/+/a', '5.0/MQTT-4.8.2-2'],
    ['$share/g#/a', '5.0/MQTT-4.8.2-2'],
    ['$share/g/a#', '5.0/MQTT-4.7.1-1'],
  ])('%s is none in 5.0 [%s]', (filter, rule) => {
    expect(filterFault(filter)?.since5).toBe(rule);
    expect(parseShared(filter)).toBeUndefined();
  });

  it('does not exist before 5.0, where its filter is one like any other', () => {
    expect(filterError('$share/g', false)).toBeUndefined();
    expect(filterError('$share//a', false)).toBeUndefined();
    expect(filterFault('$share/+a', false)?.before5).toBe('3.1.1/MQTT-4.7.1-3');
  });

  it('is not what merely resembles it', () => {
    for (const filter of ['$share', '$shared/g/a', '$SHARE/g/a', '/$share/g/a']) {
      expect(parseShared(filter)).toBeUndefined();
    }
  });
});
