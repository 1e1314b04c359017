import type { Browser } from 'playwright-core';
import { describeWithBrowser, keepPicture, openBrowser, signIn, visit } from '../support/console-browser';
import { startFleetGateway, type FleetGateway } from '../support/console-fleet';
import { deviceNumber, jsonInventory } from '../support/devices';

let gateway: FleetGateway;
let browser: Browser;

const open = async (token: string, path: string) => {
  const visitor = await visit(browser, gateway.url);
  await visitor.page.goto(`/admin${path}`);
  await signIn(visitor.page, token);
  return visitor;
};

describeWithBrowser('an admin at the console, of whom nobody asks for a command line', () => {
  beforeAll(async () => {
    [gateway, browser] = await Promise.all([startFleetGateway(), openBrowser()]);
  });
  afterAll(async () => {
    await browser.close();
    await gateway.close();
  });

  it('tries an inventory without storing it, finds agents by what is amiss, and sees what happened', async () => {
    const { page, troubles, close } = await open(gateway.adminToken, '/submissions');
    await page.getByRole('link', { name: 'Try an inventory' }).click();
    await page.getByRole('main').getByRole('combobox', { name: 'As if it came with this key' }).click();
    await page.getByRole('option', { name: 'Paris desks', exact: true }).click();
    const inventory = page.getByRole('textbox', { name: 'Inventory' });
    await inventory.fill('nothing that an agent says');
    await page.getByRole('button', { name: 'Try it' }).click();
    await page.getByText('It would be refused').waitFor();
    await inventory.fill(jsonInventory(deviceNumber(8100)));
    await page.getByRole('button', { name: 'Try it' }).click();
    await page.getByText('It would be accepted').waitFor();
    await keepPicture(page, 'explained');
    const { items } = await gateway.api<{ items: unknown[] }>('GET', '/assets?name=desk-8100');
    expect(items).toEqual([]);

    await page.goto('/admin/agents');
    await page.getByText('paris-desk-01', { exact: false }).first().waitFor();
    await page.getByRole('main').getByRole('combobox', { name: 'Which' }).click();
    await page.getByRole('option', { name: 'never sent an inventory' }).click();
    await page.getByText('paris-desk-01', { exact: false }).first().waitFor({ state: 'detached' });
    expect(new URL(page.url()).search).toBe('?hasInventory=false');

    await page.goto('/admin/events?kind=conflict.opened');
    await page.getByRole('table').getByRole('link').first().click();
    await page.getByRole('heading', { name: 'Decide' }).waitFor();
    expect(troubles).toEqual([]);
    await close();
  }, 60_000);
});
