import type { Browser } from 'playwright-core';
import {
  axeViolations,
  describeWithBrowser,
  keepPicture,
  openBrowser,
  signIn,
  visit,
} from '../support/console-browser';
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

  it('gives the credential for GLPI’s API, is shown it without its secrets and the rule that GLPI needs', async () => {
    const { page, troubles, close } = await open(gateway.adminToken, '/entities');
    const choose = async (item: string) => {
      await page.getByRole('button', { name: 'Set up GLPI' }).click();
      await page.getByRole('menuitem', { name: item }).click();
      await page.getByRole('menu').waitFor({ state: 'detached' });
    };
    await choose('Rule for GLPI');
    await page.getByText('File of rules').waitFor();
    await keepPicture(page, 'glpi-rules');
    expect(await axeViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Close' }).click();

    await choose('API of GLPI');
    await page.getByText('There is no credential for it yet.').waitFor();
    await page.getByRole('button', { name: 'Give the credential' }).click();
    await page
      .getByRole('textbox', { name: 'URL of GLPI' })
      .fill('https://glpi.example.org/front/central.php');
    await page.getByText('of GLPI 11').click();
    for (const [label, text] of [
      ['OAuth client', '4fc2'],
      ['User name', 'gatehouse'],
      ['Its secret', 'never-shown-again'],
      ['Password', 'nor-is-this'],
    ] as const) {
      await page.getByRole('textbox', { name: label }).fill(text);
    }
    await keepPicture(page, 'glpi-api-set');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('https://glpi.example.org', { exact: true }).waitFor();
    expect(await gateway.api('GET', '/glpi/api')).toMatchObject({
      ...{ api: 'high-level', url: 'https://glpi.example.org', clientId: '4fc2', userName: 'gatehouse' },
    });
    await keepPicture(page, 'glpi-api');
    expect(await axeViolations(page)).toEqual([]);
    expect(await page.content()).not.toMatch(/never-shown-again|nor-is-this/);
    await page.getByRole('button', { name: 'Forget' }).click();
    const asked = page.getByRole('dialog', { name: 'Forget the credential?' });
    await asked.getByRole('button', { name: 'Forget' }).click();
    await page.getByText('There is no credential for it yet.').waitFor();
    // That there is none is told by the browser too.
    expect(troubles.filter((one) => !/409 .*\/glpi\/api$/.test(one))).toEqual([]);
    await close();
  }, 60_000);

  it('binds a key to another URL, keeps the former one for ever, and renames the gateway', async () => {
    const { kid } = await gateway.newKey({ name: 'To be bound', url: 'https://old.example.org' });
    const { page, troubles, close } = await open(gateway.adminToken, `/keys/${kid}`);
    await page.getByRole('button', { name: 'Other URLs' }).click();
    const urls = page.getByRole('combobox', { name: 'URLs', exact: true });
    await urls.press('Backspace');
    await urls.fill('https://new.example.org');
    await urls.press('Enter');
    await page.getByRole('combobox', { name: 'Former URLs count' }).click();
    await page.getByRole('option', { name: 'for ever' }).click();
    await keepPicture(page, 'rebind');
    expect(await axeViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('https://old.example.org').waitFor();
    expect(await gateway.api('GET', `/keys/${kid}`)).toMatchObject({
      urls: ['https://new.example.org'],
      urlAliases: [{ url: 'https://old.example.org', until: null, state: 'serving' }],
    });

    await page.goto('/admin/settings');
    await page.getByRole('button', { name: 'Rename' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Head office');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('The gateway is renamed.').waitFor();
    await page.getByText('Head office', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Other URLs' }).click();
    await page.getByText('Set by PUBLIC_URL of the host').waitFor();
    expect(troubles).toEqual([]);
    await close();
  }, 60_000);

  it('makes a key with rules, for other uses and for client certificates, and takes a rule away again', async () => {
    const entities = [...gateway.house.entityNames];
    const idOf = (wanted: string) => entities.find(([, name]) => name === wanted)?.[0];
    const { page, troubles, close } = await open(gateway.adminToken, '/keys/new');
    const choose = async (label: string, option: string) => {
      await page.getByRole('main').getByRole('combobox', { name: label }).press('ArrowDown');
      await page.getByRole('option', { name: option, exact: true }).click();
    };
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('With rules');
    await choose('Entity', 'Root');
    await page.getByRole('button', { name: 'Rules: which entity' }).click();
    const rules = page.getByRole('group', { name: /^Rule / });
    for (const [tag, entity] of [
      ['PAR-*', 'Root > Paris'],
      ['LYO-*', 'Root > Lyon'],
    ] as const) {
      await page.getByRole('button', { name: 'Add a rule' }).click();
      await rules.last().getByRole('textbox', { name: 'Tag of the agent' }).fill(tag);
      await rules.last().getByRole('combobox', { name: 'goes to' }).click();
      await page.getByRole('option', { name: entity, exact: true }).click();
    }
    await keepPicture(page, 'key-rules');
    await page.getByRole('button', { name: 'For special cases' }).click();
    // The part opens slowly, and what is open in it closes when it moves.
    await page.getByRole('textbox', { name: 'Owner' }).click();
    await choose('What it is for', 'relaying');
    await page.keyboard.press('Escape');
    await choose('Ways to send the key', 'path');
    await page.getByRole('option', { name: 'certificate', exact: true }).click();
    await page.keyboard.press('Escape');
    await choose('TLS client certificate', 'is needed');
    await page.getByRole('textbox', { name: 'Retire old secrets' }).fill('7');
    await page.getByText('2 rules say which entity').waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await keepPicture(page, 'key-special');
    await page.getByRole('button', { name: 'Make the key' }).click();
    await page.getByText('only time that the key is shown').waitFor();
    const { items } = await gateway.api<{ items: { kid: string }[] }>('GET', '/keys?name=With%20rules');
    const path = `/keys/${items[0]?.kid ?? ''}`;
    const lyon = { tag: 'LYO-*', entityId: idOf('Root > Lyon') };
    expect(await gateway.api('GET', path)).toMatchObject({
      ...{ retireUnusedDays: 7, clientCertificate: 'required', scopes: ['inventory', 'register', 'relay'] },
      carriers: ['basic', 'bearer', 'oauth', 'header', 'path', 'certificate'],
      rules: [{ tag: 'PAR-*', entityId: idOf('Root > Paris') }, lyon],
    });

    await page.goto(`/admin${path}`);
    await page.getByText('2 rules say which entity').waitFor();
    await page.getByRole('button', { name: 'Change', exact: true }).click();
    await page.getByRole('button', { name: 'Rules: which entity' }).click();
    await rules.first().getByRole('button', { name: 'Take the rule away' }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('One rule says which entity').waitFor();
    expect(await gateway.api('GET', path)).toMatchObject({ rules: [lyon], retireUnusedDays: 7 });
    expect(troubles).toEqual([]);
    await close();
  }, 60_000);

  it('sees what declaring a value junk would change before it is said', async () => {
    const { key } = await gateway.newKey({ name: 'Replayed' });
    const serial = 'WBX-MODEL-8';
    for (const n of [8200, 8201]) {
      const { uuid: _uuid, ...board } = deviceNumber(n);
      await gateway.post('/', { body: jsonInventory({ ...board, serial }), key });
    }
    const { page, troubles, close } = await open(gateway.adminToken, '/junk');
    await page.getByRole('button', { name: 'Judge again' }).click();
    await page.getByRole('button', { name: 'Show what would change' }).click();
    await page.getByText(/^Changes: 0\. Looked at: \d+ assets/).waitFor();
    await page.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('button', { name: 'Say something of a value' }).click();
    await page.getByRole('dialog').getByRole('textbox', { name: 'Value' }).fill(serial);
    await page.getByRole('button', { name: 'Show what would change' }).click();
    await page.getByRole('row', { name: /desk-8201 .* identity_conflict .* new/ }).waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await keepPicture(page, 'junk-replay');
    const { items } = await gateway.api<{ items: unknown[] }>('GET', `/junk?value=${serial}`);
    expect(items).toEqual([]);
    expect(troubles).toEqual([]);
    await close();
  }, 60_000);

  it('moves an entity, lets a held device into another one, and asks the audit log for a hash', async () => {
    const entities = [...gateway.house.entityNames];
    const [lyon = ''] = entities.find(([, name]) => name === 'Root > Lyon') ?? [];
    const moved = await gateway.api<{ id: string }>('POST', '/entities', { name: 'Annex', tag: 'ANX' });
    const { page, troubles, close } = await open(gateway.adminToken, '/entities');
    await page.getByRole('treeitem', { name: /Annex/ }).click();
    await page.getByRole('combobox', { name: 'Below' }).click();
    await page.getByRole('option', { name: 'Root > Lyon', exact: true }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('The entity is changed.').waitFor();
    expect(await gateway.api('GET', `/entities/${moved.id}`)).toMatchObject({ parentId: lyon, tag: 'ANX' });

    const { items } = await gateway.api<{ items: { id: string; assetId: string | null }[] }>(
      'GET',
      '/quarantine',
    );
    const held = items.find(({ assetId }) => assetId === null);
    await page.goto(`/admin/quarantine/${held?.id ?? ''}`);
    await page.getByText('Another asset, or another entity').click();
    await page.getByRole('combobox', { name: 'A new machine goes to' }).click();
    await page.getByRole('option', { name: 'Root > Lyon > Annex', exact: true }).click();
    expect(await axeViolations(page)).toEqual([]);
    await keepPicture(page, 'decide-otherwise');
    await page.getByRole('button', { name: 'It is a new machine' }).click();
    await page.getByText('Decided by').waitFor();
    const there = await gateway.api<{ items: unknown[] }>('GET', `/assets?entity=${moved.id}`);
    expect(there.items).toHaveLength(1);

    await page.goto('/admin/audit');
    await page.getByRole('button', { name: 'Check the chain' }).click();
    await page.getByRole('button', { name: 'Check', exact: true }).click();
    await page.getByText('It ends with this hash').waitFor();
    await keepPicture(page, 'audit-checked');
    expect(await axeViolations(page)).toEqual([]);
    await page.getByRole('textbox', { name: 'Hash that must be in it' }).fill('ab'.repeat(32));
    await page.getByRole('button', { name: 'Check', exact: true }).click();
    await page.getByText('The log is not as it was written').waitFor();
    expect(troubles).toEqual([]);
    await close();
  }, 60_000);

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
