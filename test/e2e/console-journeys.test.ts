import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import {
  axeViolations,
  describeWithBrowser,
  keepPicture,
  openBrowser,
  signIn,
  visit,
} from '../support/console-browser';
import { startFakeGlpi, type FakeGlpi } from '../support/fake-glpi';
import { startFleetGateway, type FleetGateway } from '../support/console-fleet';
import { scrollThrough } from '../support/console-scroll';
import { deviceNumber, jsonInventory } from '../support/devices';
import { entityRow, startFakeGlpiApi } from '../support/fake-glpi-api';
import { eventually } from '../support/refusals';

let gateway: FleetGateway;
let browser: Browser;
let glpi: FakeGlpi;

const open = async (token: string, path = '/') => {
  const visitor = await visit(browser, gateway.url);
  await visitor.page.goto(`/admin${path}`);
  await signIn(visitor.page, token);
  return visitor;
};
const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name });

describeWithBrowser('an admin at the console', () => {
  beforeAll(async () => {
    [gateway, browser, glpi] = await Promise.all([startFleetGateway(), openBrowser(), startFakeGlpi()]);
  });
  afterAll(async () => {
    await browser.close();
    await gateway.close();
    await glpi.close();
  });

  it('makes a key, is shown it once with text for agents, and sees the first inventory arrive', async () => {
    const { page, troubles, close } = await open(gateway.adminToken, '/keys/new');
    await heading(page, 'New registration key').waitFor();
    await page.getByRole('textbox', { name: 'Name' }).fill('Journey');
    await page.getByRole('combobox', { name: 'Entity' }).fill('Lyon');
    await page.getByRole('option', { name: 'Root > Lyon' }).click();
    await page.getByText('Its assets belong to').waitFor();
    await page.getByRole('button', { name: 'Make the key' }).click();
    const key = await page.getByTestId('key').innerText();
    expect(key).toMatch(/^grk_/);
    await page.getByText('Waiting for the first inventory').waitFor();
    await page.getByText(`"${key}`).or(page.getByText(key)).nth(1).waitFor();
    await keepPicture(page, 'key-made-light');
    const answer = await gateway.post('/', {
      body: jsonInventory({ ...deviceNumber(1), name: 'first-of-all' }),
      key,
    });
    expect(answer.status).toBe(200);
    await page.getByText(/first-of-all.* has arrived/).waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await page.reload();
    await heading(page, 'New registration key').waitFor();
    expect(await page.content()).not.toContain(key);
    expect(troubles).toEqual([]);
    await close();
  }, 60_000);

  it('sees what an import of GLPI’s entities would change, and takes it over', async () => {
    const glpi = await startFakeGlpiApi();
    glpi.state.entities = [
      entityRow(0, null, 'Root'),
      entityRow(31, 0, 'Nantes <b>bold</b>'),
      entityRow(32, 31, 'Workshop'),
    ];
    const { page, troubles, close } = await open(gateway.adminToken, '/entities');
    await heading(page, 'Entities').waitFor();
    await page.getByRole('button', { name: 'Import from GLPI' }).click();
    await page.getByText('gatehouse glpi api set').waitFor();
    await page.getByRole('button', { name: 'Close' }).click();
    const { appToken, userToken } = glpi.state;
    await gateway.api('POST', '/glpi/api', { url: glpi.url, userToken, appToken });
    await page.getByRole('button', { name: 'Import from GLPI' }).click();
    await page.getByText('GLPI shows 3 entities').waitFor();
    await page.getByRole('cell', { name: 'Root > Nantes <b>bold</b> > Workshop' }).waitFor();
    await keepPicture(page, 'glpi-import-light');
    expect(await axeViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Take these over' }).click();
    await page.getByText(/changes were taken over/).waitFor();
    await page.getByRole('treeitem', { name: /Nantes/ }).waitFor();
    await page.getByRole('button', { name: 'Import from GLPI' }).click();
    await page.getByText('The tree is as in GLPI.').waitFor();
    // The first answer, that there is no credential yet, is one that the browser notes.
    expect(troubles.filter((one) => !one.includes('409'))).toEqual([]);
    await close();
    await glpi.close();
  }, 60_000);

  it('says where GLPI is, sees what it refuses, tries it again, pauses and resumes', async () => {
    glpi.mood = 'schema';
    const { page, troubles, close } = await open(gateway.adminToken, '/forwarding');
    await page.getByRole('button', { name: 'Pass on to GLPI' }).click();
    await page.getByRole('textbox', { name: 'URL of GLPI' }).fill(glpi.url);
    await page.getByText('User and password', { exact: true }).click();
    await page.getByRole('textbox', { name: 'User name' }).fill('gatehouse');
    await page.getByRole('textbox', { name: 'Password' }).fill('secret-of-glpi');
    expect(await axeViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Pass on there' }).click();
    const trouble = page.getByRole('region', { name: 'What did not arrive, and why' });
    await trouble.getByRole('link', { name: 'GLPI refuses the form' }).click();
    await page.getByRole('button', { name: 'Clear GLPI refuses the form' }).waitFor();
    const rows = page.getByRole('region', { name: 'Assets that wait or were given up' });
    await rows
      .getByText(/versionclient/)
      .first()
      .waitFor();
    glpi.mood = 'ok';
    await trouble.getByRole('button', { name: 'Try all again' }).click();
    await page.getByText('All that was accepted has arrived.').waitFor();
    expect(await page.content()).not.toContain('secret-of-glpi');

    await page.getByRole('button', { name: 'Test the way there' }).click();
    await page.getByText('The way is free, and it takes inventories.').waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('textbox', { name: /^Why/ }).fill('GLPI is updated');
    await page.getByRole('dialog').getByRole('button', { name: 'Pause' }).click();
    await page.getByText('GLPI is updated').waitFor();
    const sent = glpi.requests;
    await gateway.post('/', { body: jsonInventory({ ...deviceNumber(77), name: 'in-the-pause' }) });
    await page.goto('/admin/forwarding');
    await page.getByText('in-the-pause').waitFor();
    expect(glpi.requests).toBe(sent);
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByText('All that was accepted has arrived.').waitFor();
    await page.goto('/admin/assets?q=in-the-pause');
    await page.getByRole('link', { name: 'in-the-pause' }).click();
    await page.getByRole('region', { name: 'In GLPI' }).getByText('arrived', { exact: true }).waitFor();
    await page.goto('/admin/forwarding');
    await page.getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByText('Nothing is passed on', { exact: true }).waitFor();
    // That there is no upstream any more is an answer that the browser notes.
    expect(troubles.filter((one) => !one.includes('/upstream'))).toEqual([]);
    await close();
  }, 60_000);

  it('decides on a held device beside the asset it lays claim to', async () => {
    const { page, troubles, close } = await open(gateway.adminToken, '/quarantine');
    await page.getByRole('link', { name: 'workshop-x' }).click();
    await page.getByText('differs').first().waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'It is a new machine' }).click();
    await page.getByText(/Decided by/).waitFor();
    const { items } = await gateway.api<{ items: { name: string; resolution: string }[] }>(
      'GET',
      '/quarantine?resolved=true',
    );
    expect(items).toEqual([expect.objectContaining({ name: 'workshop-x', resolution: 'new' })]);
    expect(troubles).toEqual([]);
    await close();
  }, 60_000);

  it('sees what comes in as it happens, holds no stream while hidden, and is told when it does not see it', async () => {
    const { page, troubles, close } = await open(gateway.adminToken, '/submissions');
    const mark = (state: string) => page.locator(`[data-live=${state}]`);
    const comesIn = async (n: number, name: string, key = gateway.key) => {
      const body = jsonInventory({ ...deviceNumber(n), name });
      expect((await gateway.post('/', { body, key })).status).toBe(200);
    };
    await page.getByRole('switch', { name: 'Follow' }).check();
    await mark('live').waitFor();
    await comesIn(301, 'came-while-watched');
    await page.getByText('came-while-watched').first().waitFor();
    await keepPicture(page, 'submissions-live-light');

    await page.getByRole('link', { name: 'Overview' }).click();
    const active = page.getByRole('link', { name: /^Active assets/ });
    const before = await active.innerText();
    await comesIn(302, 'one-more');
    await eventually('another figure', async () =>
      (await active.innerText()) === before ? undefined : true,
    );

    await page.getByRole('link', { name: /^Quarantine/ }).click();
    const { key } = await gateway.newKey({ mode: 'approve', name: 'Watched' });
    await comesIn(303, 'held-while-watched', key);
    await page.getByRole('link', { name: 'held-while-watched' }).waitFor();

    const turn = async (hidden: boolean) => {
      await page.evaluate(`Object.defineProperty(document, 'hidden', { value: ${hidden}, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));`);
    };
    await turn(true);
    await eventually('no stream', async () => {
      const metrics = await fetch(`${gateway.url}/metrics`).then((answer) => answer.text());
      return /^gatehouse_event_streams 0$/m.test(metrics) ? true : undefined;
    });
    await comesIn(304, 'held-while-hidden', key);
    await page.route('**/api/v1/events**', (route) => route.abort());
    await turn(false);
    await mark('away').waitFor();
    expect(await page.getByText('held-while-hidden').count()).toBe(0);
    expect(await axeViolations(page)).toEqual([]);
    await keepPicture(page, 'quarantine-not-live-light');
    await page.unroute('**/api/v1/events**');
    await mark('live').waitFor();
    await page.getByRole('link', { name: 'held-while-hidden' }).waitFor();
    expect(troubles.filter((one) => !one.includes('/api/v1/events'))).toEqual([]);
    await close();
  }, 60_000);

  it('finds an asset by its serial, merges another one into it, and takes that back', async () => {
    const { page, troubles, close } = await open(gateway.adminToken);
    await page.getByRole('searchbox', { name: 'Find an asset' }).fill('CZJ1234W0R');
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'workshop-srv' }).click();
    await heading(page, /workshop-srv/).waitFor();
    await page.getByRole('button', { name: 'Actions' }).click();
    await page.getByRole('menuitem', { name: 'Merge with another asset' }).click();
    await page.getByRole('combobox', { name: 'The other asset' }).fill('workshop-lab');
    await page.getByRole('option', { name: /workshop-lab/ }).click();
    const merge = page.getByRole('button', { name: 'Merge with another asset' });
    await merge.click();
    const asks = page.getByRole('checkbox', { name: 'Even if they look like two machines' });
    const done = page.getByText('The assets are one now.');
    await asks.or(done).waitFor();
    if (await asks.isVisible()) {
      await asks.check();
      await merge.click();
    }
    await done.waitFor();
    await page.goto('/admin/assets?status=merged');
    await page.getByRole('link', { name: 'workshop-lab' }).click();
    await page.getByText('This is part of another asset.').waitFor();
    await page.getByRole('button', { name: 'Actions' }).click();
    await page.getByRole('menuitem', { name: 'Undo the merge' }).click();
    await page.getByText('It is an asset of its own again.').waitFor();
    await page.getByText('This is part of another asset.').waitFor({ state: 'detached' });
    // The refusal that asked for `force` is told by the browser too.
    expect(troubles.filter((one) => !one.includes('409'))).toEqual([]);
    await close();
  }, 60_000);

  it('narrows keys, submissions, registrations and the audit log, each by its address', async () => {
    const entities = [...gateway.house.entityNames];
    const [lyon = ''] = entities.find(([, name]) => name === 'Root > Lyon') ?? [];
    const { page, troubles, close } = await open(gateway.adminToken, '/keys');
    const query = () => new URL(page.url()).searchParams;
    const choose = async (label: string, option: string | RegExp) => {
      await page.getByRole('main').getByRole('combobox', { name: label, exact: true }).click();
      await page.getByRole('option', { name: option }).click();
    };
    const write = async (label: string, text: string) => {
      await page.getByRole('main').getByRole('textbox', { name: label, exact: true }).fill(text);
      await page.keyboard.press('Enter');
    };
    await page.getByRole('link', { name: 'Paris desks', exact: true }).waitFor();
    await choose('Entity', 'Root > Lyon');
    await page.getByRole('link', { name: 'Paris desks', exact: true }).waitFor({ state: 'detached' });
    expect([query().get('entity'), query().get('recursive')]).toEqual([lyon, 'true']);
    await choose('State', 'revoked');
    await page.getByText('Nothing fits these filters').waitFor();
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.getByRole('link', { name: 'Paris desks', exact: true }).waitFor();

    await page.goto('/admin/submissions');
    await choose('Entity', 'Root > Lyon');
    await page.getByText('lyon-laptop-01').first().waitFor();
    await page.getByText('paris-desk-01').first().waitFor({ state: 'detached' });
    await page.getByLabel('Before', { exact: true }).fill('2020-01-31');
    await page.getByText('Nothing fits these filters').waitFor();
    expect(query().get('before')).toBe(await page.evaluate('new Date(2020, 0, 31).toISOString()'));

    await page.goto('/admin/audit');
    await page.getByText('key.create').first().waitFor();
    await write('What', 'entity.');
    await page.getByText('key.create').first().waitFor({ state: 'detached' });
    await page.getByText('entity.create').first().waitFor();
    expect(query().get('action')).toBe('*entity.*');
    await keepPicture(page, 'audit-filtered');
    await page.getByRole('button', { name: 'Export' }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: 'As CSV' }).click();
    const exported = await readFile(await (await download).path(), 'utf8');
    expect(exported).toContain('entity.create');
    expect(exported).not.toContain('key.create');
    await write('Who', 'nobody by this name');
    await page.getByText('Nothing fits these filters').waitFor();

    await page.goto('/admin/registrations?kind=host');
    await choose('Kind', 'relay');
    await page.waitForURL(/kind=relay/);
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.waitForURL(/registrations$/);
    expect(troubles).toEqual([]);
    await close();
  }, 60_000);

  it('is offered what the role allows, and sees what lies inside the limit', async () => {
    const entities = [...gateway.house.entityNames];
    const [paris = ''] = entities.find(([, name]) => name === 'Root > Paris') ?? [];
    const { token } = await gateway.api<{ token: string }>('POST', '/tokens', {
      name: 'Paris desk',
      role: 'viewer',
      entityId: paris,
    });
    const { page, troubles, close } = await open(token, '/assets');
    await page.getByText('Limited to').waitFor();
    await page.getByRole('link', { name: 'paris-desk-01' }).first().waitFor();
    expect(await page.getByText('lyon-laptop-01').count()).toBe(0);
    await page.getByRole('link', { name: 'paris-desk-01' }).first().click();
    await heading(page, /paris-desk-01/).waitFor();
    // The link that had the focus is gone with its page.
    expect(await page.evaluate('document.activeElement.id')).toBe('content');
    expect(await page.getByRole('button', { name: 'Actions' }).count()).toBe(0);
    await page.goto('/admin/keys');
    await page.getByRole('link', { name: 'Paris desks', exact: true }).waitFor();
    expect(await page.getByRole('link', { name: 'New key' }).count()).toBe(0);
    for (const path of ['/keys/new', '/welcome']) {
      await page.goto(`/admin${path}`);
      await page.getByText('Your token does not allow this').waitFor();
      expect(await page.getByRole('textbox', { name: 'Name' }).count()).toBe(0);
    }
    expect(troubles).toEqual([]);
    await page.goto('/admin/no-such-page');
    await page.getByRole('main').getByText('There is nothing here').waitFor();
    expect(await page.title()).toBe('There is nothing here · Gatehouse');
    expect(await axeViolations(page)).toEqual([]);
    // What lies outside stays outside, however often it is asked for.
    await page.goto('/admin/keys/AAAAAAAAAAAA');
    await page.getByText('lies outside of what you may see').waitFor();
    expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(0);
    await close();
  }, 60_000);

  it('sees what hostile agents send as text, and in its place', async () => {
    const markup = '<img src=x onerror=alert(1)><script>alert(2)</script>';
    const reversed = '\u202Egnp.exe\u202C';
    const piledUp = `piled e${'\u0301'.repeat(60)}`;
    const names = [markup, reversed, 'n'.repeat(10_000), piledUp];
    for (const [index, name] of names.entries()) {
      const body = jsonInventory({ ...deviceNumber(100 + index), name, softwares: names });
      expect((await gateway.post('/', { body })).status).toBe(200);
    }
    const { page, troubles, strayRequests, close } = await open(gateway.adminToken, '/submissions');
    let dialogs = 0;
    page.on('dialog', (dialog) => {
      dialogs++;
      void dialog.dismiss();
    });
    for (const path of ['/submissions', `/assets?key=${gateway.key.split('_')[1] ?? ''}`]) {
      await page.goto(`/admin${path}`);
      await page.getByText('<img src=x').first().waitFor();
      expect(await page.locator('main img, main script').count()).toBe(0);
      // Signs over one letter do not pile up over the lines above.
      expect(await page.getByText('piled e').first().innerText()).toBe(`piled e${'\u0301'.repeat(4)}`);
    }
    await page.getByText('<img src=x').first().click();
    await page.getByRole('tab', { name: 'Software' }).click();
    await page.getByText('<img src=x').nth(1).waitFor();
    expect(await page.locator('main img, main script').count()).toBe(0);
    const isWide = await page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth');
    expect(isWide).toBe(false);
    expect([dialogs, troubles, strayRequests]).toEqual([0, [], []]);
    await close();
  }, 60_000);

  it('scrolls through thousands of assets with few rows in the page, none left out and none twice', async () => {
    const { kid } = await gateway.newKey({ name: 'Warehouse' });
    const count = 1250;
    await gateway.sql(
      `INSERT INTO asset (instance_id, asset_id, kid, entity_id, itemtype, name, identity, section_digests, first_seen, last_seen, last_changed, last_submission)
       SELECT 1, ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, $1, entity_id, 'Computer', 'row ' || n, '{}', '{}', now(), now(), now(), gen_random_uuid()
         FROM generate_series(1, $2::int) AS n, (SELECT entity_id FROM registration_key WHERE kid = $1) AS of_key`,
      [kid, count],
    );
    const { page, troubles, close } = await open(gateway.adminToken, `/assets?key=${kid}`);
    const firstPages = { asked: 0 };
    page.on('request', (request) => {
      if (/\/assets\?(?!.*after=)/.test(request.url())) firstPages.asked++;
    });
    await page.getByText(`row ${count}`, { exact: true }).waitFor();
    const { texts, mostRows, wrong } = await scrollThrough(page, 'Assets');
    expect(Object.values(texts)).toEqual(Array.from({ length: count }, (_, n) => `row ${count - n}`));
    expect(wrong).toEqual([]);
    expect(mostRows).toBeLessThan(50);
    await page
      .getByText(`${count.toLocaleString('en-US')} rows`)
      .or(page.getByText(`${count} rows`))
      .waitFor();
    // What is far from sight was forgotten: it is asked for again.
    expect(firstPages.asked).toBe(0);
    await page.evaluate(`document.querySelector('[role=region][aria-label=Assets]').scrollTop = 0`);
    await page.getByText(`row ${count}`, { exact: true }).waitFor();
    expect(firstPages.asked).toBe(1);
    expect(troubles).toEqual([]);
    await close();
  }, 60_000);
});
