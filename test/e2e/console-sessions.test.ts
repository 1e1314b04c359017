import type { Browser, Page } from 'playwright-core';
import {
  axeViolations,
  describeWithBrowser,
  keepPicture,
  openBrowser,
  signIn,
  visit,
} from '../support/console-browser';
import { startTestGateway, type TestGateway } from '../support/gateway';

let gateway: TestGateway;
let browser: Browser;

const open = async (token: string, path: string) => {
  const visitor = await visit(browser, gateway.url);
  await visitor.page.goto(`/admin${path}`);
  await signIn(visitor.page, token);
  return visitor;
};
const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name });
const kept = 'what you were filling in is kept';

/** The form of a key, half filled in, when the session ends. */
async function halfDone(kid: string) {
  const visitor = await open(gateway.adminToken, `/keys/${kid}`);
  const { page, context } = visitor;
  await page.getByRole('button', { name: 'Change', exact: true }).click();
  const name = page.getByRole('textbox', { name: 'Name' });
  await name.fill('Half done');
  await context.clearCookies();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText(kept).waitFor();
  return { ...visitor, name };
}

describeWithBrowser('an admin whose session ends', () => {
  beforeAll(async () => {
    [gateway, browser] = await Promise.all([startTestGateway(), openBrowser()]);
  });
  afterAll(async () => {
    await browser.close();
    await gateway.close();
  });

  it('goes on where they were after signing in again, and is gone after signing out', async () => {
    const { page, context, close } = await open(gateway.adminToken, '/keys');
    await heading(page, 'Registration keys').waitFor();
    await context.clearCookies();
    await page.getByRole('link', { name: 'Submissions' }).click();
    await page.getByText('Your session has ended').waitFor();
    await page.getByLabel('Admin token', { exact: true }).fill(gateway.key);
    await page.getByText('This is a registration key').waitFor();
    await page.getByLabel('Admin token', { exact: true }).fill('gra_000000000000_wrong');
    await page.keyboard.press('Enter');
    await page.getByText('unknown, revoked or expired').waitFor();
    await signIn(page, gateway.adminToken);
    await heading(page, 'Submissions').waitFor();
    await page.getByText(kept).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: /Account of/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    await page.goto('/admin/keys');
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    await close();
  }, 60_000);

  it('finds the form as it was, out of sight and in its place meanwhile', async () => {
    const { kid } = await gateway.newKey({ name: 'To be changed' });
    const { page, name, close } = await halfDone(kid);
    await keepPicture(page, 'session-ended-light');
    expect(await axeViolations(page)).toEqual([]);
    const isCovered = "document.elementFromPoint(innerWidth / 2, innerHeight / 2).closest('dialog') !== null";
    expect(await page.evaluate<boolean>(isCovered)).toBe(true);
    // A browser closes a dialogue at the second one, whatever the page says.
    for (let i = 0; i < 3; i++) await page.keyboard.press('Escape');
    await page.getByLabel('Admin token', { exact: true }).fill(gateway.adminToken);
    await page.keyboard.press('Enter');
    await page.getByText(kept).waitFor({ state: 'detached' });
    expect(await name.inputValue()).toBe('Half done');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('The key is changed.').waitFor();
    expect(await gateway.api('GET', `/keys/${kid}`)).toMatchObject({ name: 'Half done' });
    await close();
  }, 60_000);

  it('goes on when they have signed in in another tab, as with a provider, and come back to this one', async () => {
    const { kid } = await gateway.newKey({ name: 'To be come back to' });
    const { page, context, name, close } = await halfDone(kid);
    const beside = await context.newPage();
    await beside.goto('/admin/');
    await signIn(beside, gateway.adminToken);
    await beside.close();
    await page.bringToFront();
    await page.evaluate("window.dispatchEvent(new Event('focus'))");
    await page.getByText(kept).waitFor({ state: 'detached' });
    expect(await name.inputValue()).toBe('Half done');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('The key is changed.').waitFor();
    await close();
  }, 60_000);

  it('leaves nothing to somebody else who signs in', async () => {
    const { kid } = await gateway.newKey({ name: 'To be left' });
    const { token } = await gateway.api<{ token: string }>('POST', '/tokens', {
      ...{ name: 'Another', role: 'viewer' },
    });
    const { page, name, close } = await halfDone(kid);
    await page.getByLabel('Admin token', { exact: true }).fill(token);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /Account of .*Another/ }).waitFor();
    await heading(page, 'To be left').waitFor();
    expect(await name.count()).toBe(0);
    await close();
  }, 60_000);
});
