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

let gateway: FleetGateway;
let browser: Browser;

const pages = [
  { name: 'overview', path: '/', heading: 'Overview' },
  { name: 'assets', path: '/assets', heading: 'Assets' },
  { name: 'keys', path: '/keys', heading: 'Registration keys' },
];

describeWithBrowser('every page of the console', () => {
  beforeAll(async () => {
    [gateway, browser] = await Promise.all([startFleetGateway(), openBrowser()]);
  });
  afterAll(async () => {
    await browser.close();
    await gateway.close();
  });

  it.each(['light', 'dark'] as const)(
    'is accessible in %s colours, breaks no policy, and asks nobody but the gateway',
    async (colours) => {
      const { page, troubles, strayRequests, close } = await visit(browser, gateway.url, { colours });
      await page.goto('/admin/');
      const violations: Record<string, string[]> = { 'sign-in': await axeViolations(page) };
      await keepPicture(page, `sign-in-${colours}`);
      await signIn(page, gateway.adminToken);
      for (const { name, path, heading } of pages) {
        await page.goto(`/admin${path}`);
        await page.getByRole('heading', { level: 1, name: heading }).waitFor();
        await page.waitForLoadState('networkidle');
        await keepPicture(page, `${name}-${colours}`);
        violations[name] = await axeViolations(page);
      }
      expect(violations).toEqual(Object.fromEntries(Object.keys(violations).map((name) => [name, []])));
      expect(troubles).toEqual([]);
      expect(strayRequests).toEqual([]);
      await close();
    },
    60_000,
  );
});
