import { describe, expect, it } from 'vitest';
import { readRunLink, runLink } from '../../../src/runner/run-link.ts';
import { isFault } from '../../../src/sim/fault-data.ts';
import { linkFault, nodeFault, packetFault, withFault } from '../../../viz/engine/added-fault.ts';
import type { StoryCard } from '../../../viz/engine/messages.ts';
import { draftOf, nextSeed, requestOfDraft, requestOfHeader } from '../../../viz/run/run-draft.ts';

const card: StoryCard = {
  story: 'storm',
  name: 'A storm',
  parameters: {
    clients: { default: 20, range: [1, 100], whole: true },
    pause: { default: '3s', range: ['1s', '1min'] },
    qos: { default: 1, values: [0, 1, 2] },
    clean: { default: true },
  },
};

describe('the controls of a run', () => {
  it('begin with the defaults, and ask for what differs from them alone', () => {
    const draft = draftOf(card, { story: 'storm' });
    expect(draft.values).toEqual({ clients: '20', pause: '3s', qos: '1', clean: 'true' });
    expect(requestOfDraft(draft).request).toEqual({ story: 'storm', seed: '1' });
    const changed = { ...draft, seed: '7', values: { ...draft.values, clients: '5', clean: 'false' } };
    expect(requestOfDraft(changed).request).toEqual({
      story: 'storm',
      seed: '7',
      parameters: { clients: '5', clean: 'false' },
    });
  });

  it('say beside each what is wrong with it, and ask for nothing then', () => {
    const draft = draftOf(card, { story: 'storm' });
    const { request, wrong } = requestOfDraft({
      ...draft,
      seed: 'a b',
      values: { clients: '2.5', pause: '5', qos: '1', clean: 'true' },
    });
    expect(request).toBeUndefined();
    expect(Object.keys(wrong)).toEqual(['clients', 'pause', 'seed']);
    expect(wrong.clients).toBe("the parameter 'clients' is 2.5; it must be a whole number");
  });

  it('begin with what a run was asked for', () => {
    const fault = nodeFault('kill', 'hub', 5, 1_000_000);
    const request = {
      story: 'storm',
      seed: '9',
      profile: 'calm',
      parameters: { qos: 2 },
      faults: [fault],
    } as const;
    const draft = draftOf(card, request);
    expect(requestOfDraft(draft).request).toEqual({ ...request, parameters: { qos: '2' } });
  });

  it('begin with all that a trace says of its run, and leave aside what they do not know', () => {
    const fault = { id: 'hub/crash@5', family: 'crash', target: 'hub', at: 5, detail: {} } as const;
    const header = {
      format: 'amber-trace',
      version: 1,
      amber: '9.9.9',
      scenario: 'A storm',
      seed: '9',
      parameters: { clients: 20, pause: '3s', qos: 2, clean: true },
      level: 'full',
      vantage: 'both-ends',
      transport: 'ideal',
      profile: 'flaky',
      mutant: 'will-lost',
      faults: [fault, { ...fault, id: 'a', family: 'earthquake' }],
    } as const;
    expect(requestOfDraft(draftOf(card, requestOfHeader('storm', header))).request).toEqual({
      story: 'storm',
      seed: '9',
      parameters: { qos: '2' },
      transport: 'ideal',
      profile: 'flaky',
      mutant: 'will-lost',
      faults: [fault],
    });
    const { transport: _transport, profile: _profile, mutant: _mutant, faults: _faults, ...older } = header;
    expect(requestOfDraft(draftOf(card, requestOfHeader('storm', older))).request).toEqual({
      story: 'storm',
      seed: '9',
      parameters: { qos: '2' },
    });
    const later = { ...older, transport: 'pigeon', profile: 'apocalypse' };
    expect(requestOfHeader('storm', later)).not.toHaveProperty('transport');
    expect(requestOfHeader('storm', later)).not.toHaveProperty('profile');
  });

  it('know which seed comes next', () => {
    expect(['7', '', 'storm', 'storm-9', '099'].map(nextSeed)).toEqual([
      '8',
      '1',
      'storm-2',
      'storm-10',
      '100',
    ]);
  });
});

describe('what is done to a run', () => {
  const packet = { type: 'publish', connection: 'a>hub#1', from: 'a', nth: 3, at: 70 };

  it('is a fault that a run can be told, whatever it is', () => {
    const faults = [
      linkFault('cut', 'a~hub', 7, 3_000_000),
      linkFault('hold', 'a~hub', 7, undefined),
      linkFault('reset', 'a~hub', 7, 3_000_000),
      nodeFault('kill', 'hub', 7, undefined),
      nodeFault('power-cut', 'hub', 7, 1),
      nodeFault('pause', 'hub', 7, 1),
      ...(['lose', 'delay', 'reset-before', 'reset-after'] as const).map((deed) =>
        packetFault(deed, 'a~hub', packet, '2s'),
      ),
    ];
    expect(faults.filter((fault) => !isFault(fault))).toEqual([]);
    expect(readRunLink(runLink({ story: 'x', seed: '1', faults }))?.faults).toEqual(faults);
  });

  it('has a name that no other has, in the order of the times', () => {
    const late = linkFault('cut', 'a~hub', 9, undefined);
    const { faults } = withFault([late], linkFault('cut', 'a~hub', 7, undefined));
    expect(faults.map(({ id }) => id)).toEqual(['a~hub/partition@7', 'a~hub/partition@9']);
    expect(withFault(faults, late).id).toBe('a~hub/partition@9-again');
  });
});
