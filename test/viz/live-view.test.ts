/** A page that watches a broker: what clients say appears while they say it. */
import { text } from 'node:stream/consumers';
import mqtt, { type MqttClient } from 'mqtt';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { LiveTrace } from '../../src/cli/live-trace.ts';
import { type BrokerServer, serve } from '../../src/net/serve.ts';
import { Recorder } from '../../src/trace/recorder.ts';
import { Viewing } from './viewing.ts';

const viewing = new Viewing();

beforeAll(() => viewing.start());
afterAll(() => viewing.end());

interface Scene {
  page: Page;
  live: LiveTrace;
  server: BrokerServer;
  connect: (clientId: string) => Promise<MqttClient>;
}

async function watching(scheme: 'light' | 'dark' = 'light'): Promise<Scene> {
  const header = {
    amber: 'test',
    scenario: 'amber serve',
    seed: '-',
    parameters: {},
    vantage: 'broker' as const,
  };
  const recorder = new Recorder({ level: 'full', header });
  const live = new LiveTrace(recorder, () => undefined);
  const server = await serve({ port: 0, trace: recorder });
  onTestFinished(async () => {
    await server.close();
    live.finish('passed');
    await viewing.close();
  });
  const page = await viewing.watch(live, { scheme });
  const connect = async (clientId: string): Promise<MqttClient> => {
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${server.address.port}`, {
      clientId,
      reconnectPeriod: 0,
    });
    onTestFinished(() => client.endAsync(true));
    return client;
  };
  return { page, live, server, connect };
}

function packets(page: Page): Promise<number> {
  return page
    .locator('[data-count="packets"]')
    .textContent()
    .then((text) => Number((text ?? '').replace(/[^0-9]/g, '')));
}

/** How far the diagram is scrolled, and how far it could be. */
function scrolled(page: Page): Promise<{ top: number; most: number }> {
  return page
    .locator('.pane')
    .evaluate((pane) => ({ top: pane.scrollTop, most: pane.scrollHeight - pane.clientHeight }));
}

describe('a page that watches a broker', () => {
  it('waits for the first packet, shows each that follows, goes with them until somebody turns back, and hears the end', async () => {
    const { connect, live, page, server } = await watching();
    await page.getByRole('heading', { name: 'Waiting for the first packet' }).waitFor();
    const sensor = await connect('sensor');
    await page.locator('.diagram .arrow').first().waitFor({ state: 'attached' });
    expect(await page.locator('.verdict').textContent()).toBe('● live');
    const follow = page.getByRole('button', { name: 'Follow' });
    expect(await follow.getAttribute('aria-pressed')).toBe('true');
    const screen = await connect('screen');
    await screen.subscribeAsync('plant/#', { qos: 2 });
    const publish = async (count: number): Promise<void> => {
      for (let at = 0; at < count; at++) await sensor.publishAsync('plant/1', `${at}`, { qos: 2 });
    };
    await publish(20);
    // Of each message four packets come, and four go.
    await expect.poll(() => packets(page)).toBeGreaterThanOrEqual(6 + 20 * 8);
    await expect
      .poll(async () => {
        const { most, top } = await scrolled(page);
        return most > 500 && most - top < 2;
      })
      .toBe(true);

    await page.keyboard.press('Home');
    await expect.poll(() => follow.getAttribute('aria-pressed')).toBe('false');
    const seen = await packets(page);
    await publish(20);
    await expect.poll(() => packets(page)).toBeGreaterThanOrEqual(seen + 20 * 8);
    expect((await scrolled(page)).top).toBeLessThan(200);
    await page.keyboard.press('l');
    await expect
      .poll(async () => {
        const { most, top } = await scrolled(page);
        return most - top < 2;
      })
      .toBe(true);

    await sensor.endAsync();
    await screen.endAsync();
    await server.close();
    live.finish('passed');
    await expect.poll(() => page.locator('.verdict').textContent()).toBe('✓ passed');
    expect(await page.locator('.told').textContent()).toContain('The server has ended');
    expect(await page.locator('.problem').count()).toBe(0);
    expect(await follow.count()).toBe(0);
    expect(viewing.complaints).toEqual([]);
  });

  it('follows in the table, and keeps what there is when its reader stops', async () => {
    const { connect, page } = await watching('dark');
    const client = await connect('sensor');
    await page.locator('.diagram .arrow').first().waitFor({ state: 'attached' });
    await page.keyboard.press('t');
    for (let at = 0; at < 60; at++) await client.publishAsync('a', 'x', { qos: 1 });
    await expect.poll(() => packets(page)).toBeGreaterThanOrEqual(122);
    await expect
      .poll(() =>
        page.locator('.table-pane').evaluate((pane) => {
          const most = pane.scrollHeight - pane.clientHeight;
          return most > 200 && most - pane.scrollTop < 2;
        }),
      )
      .toBe(true);
    const seen = await packets(page);
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByText('You stopped watching').waitFor();
    await client.publishAsync('a', 'x', { qos: 1 });
    await page.locator('.verdict', { hasText: 'unfinished' }).waitFor();
    expect(await packets(page)).toBeGreaterThanOrEqual(seen);
    // The page can be taken along, though the server goes on.
    await page.getByText('Export', { exact: true }).click();
    const downloaded = page.waitForEvent('download');
    await page.getByRole('button', { name: 'One page' }).click();
    const html = await text(await (await downloaded).createReadStream());
    expect(html).toContain('data-name="live.amber.jsonl"');
    expect(viewing.complaints).toEqual([]);
  });
});
