import type { Browser } from 'playwright-core';
import {
  axeViolations,
  describeWithBrowser,
  keepPicture,
  openBrowser,
  settled,
  signIn,
  visit,
} from '../support/console-browser';
import { deviceNumber, jsonInventory } from '../support/devices';
import { startFakeGlpi, type FakeGlpi } from '../support/fake-glpi';
import { eventually } from '../support/refusals';
import { handOn, registerRelay, relayOrigin } from '../support/relay';
import { startFleetGateway, type FleetGateway } from '../support/console-fleet';

let gateway: FleetGateway;
let browser: Browser;
let glpi: FakeGlpi;

interface LookedAt {
  readonly name: string;
  readonly path: string;
  readonly heading: string | RegExp;
}

/** One value that was learned, from boards of one maker; one that is declared, and one that is allowed. */
async function sayOfJunk(of: FleetGateway): Promise<void> {
  const { key, kid } = await of.newKey({ name: 'Workshop' });
  for (const n of [7001, 7002, 7003]) {
    const { uuid: _uuid, ...board } = deviceNumber(n);
    await of.post('/', { body: jsonInventory({ ...board, serial: 'WBX-MODEL-7' }), key });
  }
  const note = 'the number of the model, on every box';
  await of.api('POST', '/junk', { kind: 'serial', value: 'MODEL-X200', state: 'declared', note });
  const filler = { kind: 'mac', value: '02:50:41:00:00:01', state: 'allowed', kid, force: true };
  await of.api('POST', '/junk', filler);
}

/** A server behind that refuses the first of them and takes the others. */
async function passOn(of: FleetGateway): Promise<void> {
  glpi.mood = 'schema';
  await of.api('POST', '/upstream', { url: glpi.url, user: 'gatehouse', password: 'pw' });
  await eventually('dead letters', async () => {
    const { backlog } = await of.api<{ backlog: { dead: number } }>('GET', '/forward');
    if (backlog.dead > 0) glpi.mood = 'ok';
    return backlog.dead > 0 ? true : undefined;
  });
}

/** A device of a relay, refused: its submission tells all that one can. */
async function handOnToo(of: FleetGateway): Promise<void> {
  const { key } = await of.newKey({ name: 'Relay of Lyon', scopes: ['relay'], itemtypes: ['Printer'] });
  const { token } = await registerRelay(of, key);
  const headers = { 'glpi-proxy-id': '00000000-0000-4000-8000-000000000001' };
  await handOn(of, token, jsonInventory(deviceNumber(7100)), relayOrigin, headers);
}

/** Every page, with something on it. */
async function pagesOf(of: FleetGateway): Promise<LookedAt[]> {
  const first = async (path: string): Promise<Record<string, string>> => {
    const { items } = await of.api<{ items: Record<string, string>[] }>('GET', path);
    return items[0] ?? {};
  };
  const asset = (await first('/assets?name=workshop-srv')).id ?? '';
  const { id: held = '' } = await first('/quarantine?reason=asset_of_other_key');
  const { id: refused = '' } = await first('/submissions?verdict=refused');
  const { items: keys } = await of.api<{ items: { kid: string; name: string }[] }>('GET', '/keys');
  const { kid = '' } = keys.find(({ name }) => name === 'Paris desks 2025') ?? {};
  const { id: junk = '' } = await first('/junk?state=learned&kind=serial');
  return [
    { name: 'overview', path: '/', heading: 'Overview' },
    { name: 'assets', path: '/assets', heading: 'Assets' },
    ...['identity', 'hardware', 'software', 'history', 'submissions'].map((tab) => ({
      name: `asset-${tab}`,
      path: `/assets/${asset}?tab=${tab}`,
      heading: /workshop-srv/,
    })),
    { name: 'keys', path: '/keys', heading: 'Registration keys' },
    { name: 'key', path: `/keys/${kid}`, heading: /Paris desks 2025/ },
    { name: 'new-key', path: '/keys/new', heading: 'New registration key' },
    { name: 'quarantine', path: '/quarantine', heading: 'Quarantine' },
    { name: 'held-device', path: `/quarantine/${held}`, heading: /workshop-x/ },
    { name: 'registrations', path: '/registrations', heading: 'Registrations' },
    { name: 'bans', path: '/bans', heading: 'Bans' },
    { name: 'junk', path: '/junk', heading: 'Junk identifiers' },
    { name: 'junk-why', path: `/junk?show=${junk}`, heading: 'Junk identifiers' },
    { name: 'submissions', path: '/submissions', heading: 'Submissions' },
    { name: 'submission', path: `/submissions/${refused}`, heading: /./ },
    { name: 'agents', path: '/agents', heading: 'Agents' },
    { name: 'explain', path: `/explain?key=${kid}`, heading: 'Try an inventory' },
    { name: 'events', path: '/events', heading: 'Events' },
    { name: 'entities', path: '/entities', heading: 'Entities' },
    { name: 'forwarding', path: '/forwarding', heading: 'Forwarding' },
    { name: 'audit', path: '/audit', heading: 'Audit' },
    { name: 'settings', path: '/settings', heading: 'Settings' },
    { name: 'welcome', path: '/welcome', heading: 'Welcome' },
  ];
}

describeWithBrowser('every page of the console', () => {
  beforeAll(async () => {
    [gateway, browser, glpi] = await Promise.all([startFleetGateway(), openBrowser(), startFakeGlpi()]);
    await sayOfJunk(gateway);
    await passOn(gateway);
    await handOnToo(gateway);
  });
  afterAll(async () => {
    await browser.close();
    await gateway.close();
    await glpi.close();
  });

  it.each(['light', 'dark'] as const)(
    'is accessible in %s colours, breaks no policy, and asks nobody but the gateway',
    async (colours) => {
      const { page, troubles, strayRequests, close } = await visit(browser, gateway.url, { colours });
      await page.goto('/admin/');
      const violations: Record<string, string[]> = { 'sign-in': await axeViolations(page) };
      await keepPicture(page, `sign-in-${colours}`);
      await signIn(page, gateway.adminToken);
      for (const { name, path, heading } of await pagesOf(gateway)) {
        await page.goto(`/admin${path}`);
        await page.getByRole('heading', { level: 1, name: heading }).waitFor();
        await settled(page);
        if (name === 'submission') await page.getByText('Handed on by').waitFor();
        if (name === 'asset-hardware') await page.getByText('31.1 GB', { exact: true }).waitFor();
        if (name === 'asset-software') await page.getByRole('columnheader', { name: 'Publisher' }).waitFor();
        await keepPicture(page, `${name}-${colours}`);
        violations[name] = await axeViolations(page);
      }
      expect(violations).toEqual(Object.fromEntries(Object.keys(violations).map((name) => [name, []])));
      expect(troubles).toEqual([]);
      expect(strayRequests).toEqual([]);
      await close();
    },
    120_000,
  );

  it('speaks French, and fits a phone', async () => {
    const { page, troubles, close } = await visit(browser, gateway.url, {
      ...{ language: 'fr-FR', width: 390, height: 844 },
    });
    await page.goto('/admin/');
    await page.getByLabel('Jeton d’administration', { exact: true }).fill(gateway.adminToken);
    await page.keyboard.press('Enter');
    for (const [path, title] of [
      ['/', 'Vue d’ensemble'],
      ['/assets', 'Actifs'],
      ['/quarantine', 'Quarantaine'],
      ['/forwarding', 'Transmission'],
    ] as const) {
      await page.getByRole('heading', { level: 1, name: 'Vue d’ensemble' }).waitFor();
      await page.goto(`/admin${path}`);
      await page.getByRole('heading', { level: 1, name: title }).waitFor();
      await settled(page);
      await keepPicture(page, `phone-${path === '/' ? 'overview' : path.slice(1)}`);
      expect(await axeViolations(page)).toEqual([]);
      expect(await page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth')).toBe(false);
      await page.goto('/admin/');
    }
    await page.goto('/admin/assets');
    const software = page.getByRole('textbox', { name: 'Logiciel' });
    const filters = page.getByRole('button', { name: /^Filtres/ });
    expect(await filters.getAttribute('aria-expanded')).toBe('false');
    expect(await software.isVisible()).toBe(false);
    await filters.click();
    await software.fill('nginx');
    await software.press('Enter');
    await page.waitForURL(/software=nginx/);
    await settled(page);
    expect(await filters.innerText()).toMatch(/^Filtres\s1$/);
    await keepPicture(page, 'phone-filters');
    expect(await axeViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Effacer les filtres' }).click();
    await page.waitForURL(/assets$/);
    await page.goto('/admin/');
    // 1280 pixels at 400 %: what does not fit beside its name stands below it.
    await page.setViewportSize({ width: 320, height: 600 });
    await page.goto('/admin/settings');
    const isCutOff =
      "[...document.querySelectorAll('main dd')].some((one) => one.scrollWidth > one.clientWidth)";
    await settled(page);
    expect(await page.evaluate<boolean>(isCutOff)).toBe(false);
    await page.setViewportSize({ width: 390, height: 844 });
    const learned = '/junk?state=learned&kind=serial';
    const { items } = await gateway.api<{ items: { id: string }[] }>('GET', learned);
    await page.goto(`/admin/junk?show=${items[0]?.id ?? ''}`);
    await page.getByText('ne veut plus rien dire').waitFor();
    await keepPicture(page, 'phone-junk-why');
    const cases = await gateway.api<{ items: { id: string }[] }>(
      'GET',
      '/quarantine?reason=asset_of_other_key',
    );
    await page.goto(`/admin/quarantine/${cases.items[0]?.id ?? ''}`);
    await page.getByText('L’appareil est connu sous une autre clé').waitFor();
    await page.goto('/admin/');
    await page.getByRole('button', { name: 'Ouvrir la liste des pages' }).click();
    await page.getByRole('link', { name: 'Clés', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Clés d’enregistrement' }).waitFor();
    expect(troubles).toEqual([]);
    await close();
  }, 60_000);

  it('shows the API at /api/docs, to read without signing in and to try by the session', async () => {
    const { page, troubles, strayRequests, close } = await visit(browser, gateway.url, { colours: 'dark' });
    await page.goto('/api/docs');
    await page.getByText('Not signed in').waitFor();
    const operations = page.locator('.opblock');
    await operations.first().waitFor();
    const { paths } = await gateway.api<{ paths: Record<string, object> }>('GET', '/openapi.json');
    const documented = Object.values(paths).reduce((sum, path) => sum + Object.keys(path).length, 0);
    expect(await operations.count()).toBe(documented);

    await page.goto('/admin/');
    await signIn(page, gateway.adminToken);
    await page.getByRole('button', { name: /^Account of / }).click();
    await page.getByRole('menuitem', { name: 'API reference' }).click();
    await page.getByText('Signed in as').waitFor();
    const tried = async (id: string): Promise<string> => {
      const operation = page.locator(`.opblock[id$="-${id}"]`);
      await operation.locator('.opblock-summary-control').click();
      await operation.getByRole('button', { name: 'Try it out' }).click();
      await operation.getByRole('button', { name: 'Execute' }).click();
      const status = operation.locator('.live-responses-table .response-col_status').nth(1);
      await status.waitFor();
      return (await status.innerText()).slice(0, 3);
    };
    expect(await tried('getInstance')).toBe('200');
    await keepPicture(page, 'api-docs-dark');
    // Ends the session: what changes something has brought the session's CSRF token.
    expect(await tried('deleteSession')).toBe('204');
    expect(troubles).toEqual([]);
    expect(strayRequests.filter((url) => !url.startsWith('data:'))).toEqual([]);
    await close();
  }, 60_000);
});
