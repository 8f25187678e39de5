import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Broker } from '../../src/scenario/broker.ts';
import { Client } from '../../src/scenario/client.ts';
import { Link } from '../../src/scenario/link.ts';
import { NodeHandle } from '../../src/scenario/node-handle.ts';
import { Peer, Wire } from '../../src/scenario/peer.ts';
import { Received, ReceivedMessage } from '../../src/scenario/received.ts';
import { Simulation } from '../../src/scenario/simulation.ts';
import { presets } from '../../src/sim/presets.ts';
import { repository } from '../programs.ts';

const page = readFileSync(join(repository, 'docs', 'scenarios.md'), 'utf8');
/** For the engine, though JavaScript has no word for that. */
const INTERNAL = new Set(['constructor', 'asserts', 'changed', 'add', 'strike']);

describe('docs/scenarios.md', () => {
  it.each(
    Object.entries({ Simulation, Broker, Client, Link, NodeHandle, Peer, Wire, Received, ReceivedMessage }),
  )('names everything that a script can say to a %s', (_name, { prototype }) => {
    const verbs = Object.getOwnPropertyNames(prototype).filter((verb) => !INTERNAL.has(verb));
    expect(verbs.length).toBeGreaterThan(0);
    expect(verbs.filter((verb) => !new RegExp(`\\b${verb}\\b`).test(page))).toEqual([]);
  });

  it('names every preset of a link', () => {
    expect(page).toContain(`\`${Object.keys(presets).join(' ')}\``);
  });
});
