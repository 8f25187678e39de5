import { describe, expect, it } from 'vitest';
import { brokenIn, judge, ruleOf } from '../court.ts';
import { Square } from '../square.ts';

const identified = (...subscriptionIdentifiers: number[]) => ({ properties: { subscriptionIdentifiers } });

describe('No Local', () => {
  it('keeps from a client what it published itself [5.0/MQTT-3.8.3-3]', () => {
    const square = new Square();
    square.ask('pub', 't', { noLocal: true });
    square.say('a');
    expect(judge(square).violations).toEqual([]);
    square.tell('pub', 'a');
    expect(brokenIn(judge(square))).toEqual(['subscription.no-local']);
  });

  it('keeps nothing from others, nor from a client whose other subscription brings it', () => {
    const square = new Square();
    square.arrive('other');
    square.ask('other', 't', { noLocal: true });
    square.ask('pub', 't', { noLocal: true });
    square.ask('pub', '#');
    square.say('a');
    square.tell('other', 'a');
    square.tell('pub', 'a');
    const report = judge(square);
    expect(report.violations).toEqual([]);
    expect(ruleOf(report, 'subscription.no-local').reached).toBe(1);
  });
});

describe('Retain As Published', () => {
  it.each([true, false])('leaves RETAIN as it was: %s [5.0/MQTT-3.3.1-13]', (retain) => {
    const square = new Square();
    square.arrive('sub');
    square.ask('sub', 't', { retainAsPublished: true });
    square.say('a', { retain });
    square.tell('sub', 'a', { retain });
    const report = judge(square);
    expect(report.violations).toEqual([]);
    expect(ruleOf(report, 'subscription.retain-as-published').reached).toBe(1);
  });

  it('is broken when the flag is lost [5.0/MQTT-3.3.1-13]', () => {
    const square = new Square();
    square.arrive('sub');
    square.ask('sub', 't', { retainAsPublished: true });
    square.say('a', { retain: true });
    square.tell('sub', 'a', { retain: false });
    expect(brokenIn(judge(square))).toEqual(['subscription.retain-as-published']);
  });
});

describe('a will with RETAIN', () => {
  it.each([true, false])(
    'is published with it, as Retain As Published shows: %s [5.0/MQTT-3.1.2-15]',
    (retain) => {
      const square = new Square();
      square.arrive('sub');
      square.ask('sub', 't', { retainAsPublished: true });
      square.arrive('sensor', { will: { topic: 't', payload: 'gone', retain: true } });
      square.leave('sensor');
      square.tell('sub', 'gone', { retain });
      expect(brokenIn(judge(square))).toEqual(retain ? [] : ['subscription.retain-as-published']);
    },
  );
});

describe('Subscription Identifiers', () => {
  const told = (overlap: 'once' | 'each', ...identifiers: number[]): Square => {
    const square = new Square({ overlap });
    square.arrive('sub');
    square.ask('sub', 't', { qos: 1 }, 1);
    square.ask('sub', '+', { qos: 1 }, 2);
    square.say('a');
    square.tell('sub', 'a', identifiers.length === 0 ? {} : identified(...identifiers));
    return square;
  };

  it('come all in the one copy [5.0/MQTT-3.3.4-3] [5.0/MQTT-3.3.4-4]', () => {
    const report = judge(told('once', 1, 2));
    expect(report.violations).toEqual([]);
    expect(ruleOf(report, 'subscription.identifiers').reached).toBe(1);
  });

  it.each([[[1]], [[2]], [[]]])('are missing in the one copy: %j [5.0/MQTT-3.3.4-4]', (identifiers) => {
    expect(brokenIn(judge(told('once', ...identifiers)))).toEqual(['subscription.identifiers']);
  });

  it('are one in each of several copies [5.0/MQTT-3.3.4-5]', () => {
    const square = told('each', 1);
    square.tell('sub', 'a', identified(2));
    expect(judge(square).violations).toEqual([]);
    expect(brokenIn(judge(told('each'), false))).toEqual(['subscription.identifiers']);
  });

  it('are of no other subscription [5.0/MQTT-3.3.4-3]', () => {
    const report = judge(told('once', 1, 2, 3));
    expect(brokenIn(report)).toEqual(['subscription.identifiers']);
    expect(report.violations[0]!.text).toContain('Subscription Identifier 3, which none');
  });

  it.each([true, false])(
    'come with what a subscription brings from the store: %s [5.0/MQTT-3.3.4-3]',
    (bears) => {
      const square = new Square();
      square.arrive('sub');
      square.say('a', { topic: 'r', retain: true });
      square.ask('sub', 'r', {}, 7);
      square.tell('sub', 'a', { topic: 'r', retain: true, ...(bears ? identified(7) : {}) });
      expect(brokenIn(judge(square))).toEqual(bears ? [] : ['subscription.identifiers']);
    },
  );
});
