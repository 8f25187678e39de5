import { describe, expect, it } from 'vitest';
import type { ClientOptions } from '../../../src/mqtt/client/application.ts';
import type { Connect, UserProperties, Will } from '../../../src/mqtt/codec/packet.ts';
import { Rig, text } from './rig.ts';

function connectOf(options: Partial<ClientOptions>): Connect {
  const rig = new Rig({ protocolVersion: 5, ...options });
  rig.connect();
  return rig.opened()[0] as Connect;
}

/** Order and repetition matter [5.0/MQTT-3.1.3-10]. */
const pairs: UserProperties = [
  ['b', '1'],
  ['a', '2'],
  ['b', '1'],
];

describe('the CONNECT of a 5.0 client', () => {
  it('says nothing that is meant anyhow', () => {
    expect(connectOf({}).properties).toBeUndefined();
  });

  it('carries user properties in their order', () => {
    expect(connectOf({ userProperties: pairs }).properties).toEqual({ userProperties: pairs });
  });

  it('asks for response information, and for none about problems', () => {
    expect(
      connectOf({ requestResponseInformation: true, requestProblemInformation: false }).properties,
    ).toEqual({ requestResponseInformation: 1, requestProblemInformation: 0 });
    expect(
      connectOf({ requestResponseInformation: false, requestProblemInformation: true }).properties,
    ).toBeUndefined();
  });

  it('carries a will with its delay and all its properties', () => {
    const will: Will = {
      topic: 'gone',
      payload: text('sensor'),
      qos: 1,
      retain: true,
      properties: {
        willDelayInterval: 30,
        payloadFormatIndicator: 1,
        messageExpiryInterval: 60,
        contentType: 'text/plain',
        responseTopic: 'answers',
        correlationData: new Uint8Array([1, 2]),
        userProperties: pairs,
      },
    };
    expect(connectOf({ will }).will).toEqual(will);
  });

  it('has a password without a user name if it wants to, which 3.1.1 forbids [3.1.1/MQTT-3.1.2-22] [trap 47]', () => {
    expect(connectOf({ password: text('secret') })).toMatchObject({ password: text('secret') });
    expect(() => new Rig({ protocolVersion: 4, password: text('secret') })).toThrow('3.1.1/MQTT-3.1.2-22');
  });

  it('is refused where its options make none, before anything is dialled', () => {
    for (const options of [{ receiveMaximum: 0 }, { topicAliasMaximum: 65_536 }]) {
      expect(() => new Rig({ protocolVersion: 5, ...options })).toThrow('CONNECT');
    }
    const responseTopic = { topic: 'a', payload: text(''), qos: 0 as const, retain: false };
    expect(
      () => new Rig({ protocolVersion: 5, will: { ...responseTopic, properties: { responseTopic: 'a/#' } } }),
    ).toThrow('Response Topic');
  });
});
