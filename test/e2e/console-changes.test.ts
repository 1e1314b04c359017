import { decodeJwt } from 'jose';
import type { Browser } from 'playwright-core';
import { readOidcRole } from '../../src/domain/oidc-role';
import {
  axeViolations,
  describeWithBrowser,
  keepPicture,
  openBrowser,
  signIn,
  visit,
} from '../support/console-browser';
import { startFakeOidc, type FakeOidc } from '../support/fake-oidc';
import { startTestGateway, type TestGateway } from '../support/gateway';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver';

let gateway: TestGateway;
let browser: Browser;
let receiver: WebhookReceiver;
let oidc: FakeOidc;
const webhooks = {
  ...{ webhookAllowedNetworks: ['127.0.0.0/8'], webhookTimeoutMs: 2000, webhookMaxAttempts: 1 },
  ...{ maxWaitingPerWebhook: 20, idleMs: 30 },
};

const open = async (token: string, path: string) => {
  const visitor = await visit(browser, gateway.url);
  await visitor.page.goto(`/admin${path}`);
  await signIn(visitor.page, token);
  return visitor;
};

describeWithBrowser('an admin who changes what others change too', () => {
  beforeAll(async () => {
    oidc = await startFakeOidc();
    oidc.person = { sub: 'u-1', name: 'Ada', groups: ['admins'] };
    [gateway, browser, receiver] = await Promise.all([
      startTestGateway({
        webhooks,
        oidc: {
          ...{ issuer: oidc.issuer, clientId: 'gatehouse', clientSecret: oidc.clientSecret, scopes: '' },
          ...{ neededClaim: 'groups', label: 'Example login', signsOutThere: true },
          roles: [readOidcRole('admins=admin')].flatMap((role) => role ?? []),
        },
      }),
      openBrowser(),
      startWebhookReceiver(),
    ]);
  });
  afterAll(async () => {
    await browser.close();
    await gateway.close();
    await receiver.close();
    await oidc.close();
  });

  it('changes a key that somebody else has changed meanwhile, and neither change is lost', async () => {
    const { kid } = await gateway.newKey({ name: 'Of two admins', owner: 'nobody yet', note: 'as made' });
    const { page, troubles, close } = await open(gateway.adminToken, `/keys/${kid}`);
    await page.getByRole('button', { name: 'Change', exact: true }).click();
    await page.getByRole('button', { name: 'For special cases' }).click();
    await page.getByRole('textbox', { name: 'Owner' }).fill('Mine');
    await gateway.api('PATCH', `/keys/${kid}`, { note: 'theirs' });
    const save = page.getByRole('button', { name: 'Save' });
    await save.click();
    await page.getByText('Somebody else has changed this key meanwhile').waitFor();
    expect(await gateway.api('GET', `/keys/${kid}`)).toMatchObject({ owner: 'nobody yet', note: 'theirs' });
    await keepPicture(page, 'key-changed-meanwhile-light');
    expect(await axeViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Show their change beside mine' }).click();
    await page.getByText('now in this form: Note.').waitFor();
    await save.click();
    await page.getByText('The key is changed.').waitFor();
    expect(await gateway.api('GET', `/keys/${kid}`)).toMatchObject({ owner: 'Mine', note: 'theirs' });
    expect(troubles.filter((one) => !one.includes('412'))).toEqual([]);
    await close();
  }, 60_000);

  it('sees what a webhook did not take, sends it again, and changes where it leads', async () => {
    const { page, troubles, close } = await open(gateway.adminToken, '/settings');
    await page.getByRole('button', { name: 'New webhook' }).click();
    await page.getByRole('textbox', { name: 'URL that events are sent to' }).fill(`${receiver.url}/first`);
    await page.getByRole('textbox', { name: 'Name' }).fill('Chat');
    await page.getByRole('button', { name: 'Make the webhook' }).click();
    await page.getByText('It is shown this once').waitFor();
    await page.getByRole('button', { name: 'Close' }).click();
    receiver.answers.push({ status: 503 });
    const choose = async (action: string) => {
      await page.getByRole('button', { name: 'Actions on Chat' }).click();
      await page.getByRole('menuitem', { name: action }).click();
    };
    await choose('Test');
    await page.getByText('failing', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Deliveries' }).click();
    const dialog = page.getByRole('dialog', { name: 'Deliveries to Chat' });
    const row = dialog.getByRole('row', { name: /webhook\.test/ });
    await row.getByText('given up').waitFor();
    await keepPicture(page, 'webhook-deliveries-light');
    expect(await axeViolations(page)).toEqual([]);
    await row.getByRole('button', { name: 'Send again' }).click();
    await row.getByText('delivered').waitFor();
    expect(receiver.received.map(({ path }) => path)).toEqual(['/first', '/first']);
    await dialog.getByRole('button', { name: 'Close' }).click();

    await choose('Change the webhook');
    const url = page.getByRole('textbox', { name: 'URL that events are sent to' });
    await url.fill(`${receiver.url}/second`);
    const { items } = await gateway.api<{ items: { id: string }[] }>('GET', '/webhooks');
    await gateway.api('PATCH', `/webhooks/${items[0]?.id ?? ''}`, { name: 'Chat of theirs' });
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Nothing was saved.').waitFor();
    await page.getByRole('button', { name: 'Show it as it is now' }).click();
    await page.locator('input[value="Chat of theirs"]').waitFor();
    expect(await url.inputValue()).toBe(`${receiver.url}/first`);
    await url.fill(`${receiver.url}/second`);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('The webhook is changed.').waitFor();
    expect(await gateway.api('GET', `/webhooks/${items[0]?.id ?? ''}`)).toMatchObject({
      ...{ name: 'Chat of theirs', url: `${receiver.url}/second` },
    });
    await keepPicture(page, 'webhooks-light');
    expect(troubles.filter((one) => !one.includes('412'))).toEqual([]);
    await close();
  }, 60_000);

  it('signs in by the OpenID provider, where it was going, and out again there too', async () => {
    // The provider leads back to the URL of the settings.
    const url = gateway.url.replace('127.0.0.1', 'localhost');
    const { page, troubles, close } = await visit(browser, url);
    await page.goto('/admin/audit');
    await page.getByRole('link', { name: /Example login/ }).click();
    await page.getByRole('heading', { level: 1, name: 'Audit' }).waitFor();
    await page.getByRole('button', { name: /^Account of .*Ada/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('link', { name: /Example login/ }).waitFor();
    expect(page.url()).toBe(`${url}/admin/sign-in`);
    const [hint] = oidc.signedOut.map((brought) => brought.get('id_token_hint') ?? '');
    expect(decodeJwt(hint ?? '')).toMatchObject({ sub: 'u-1' });
    await page.goto('/admin/audit');
    await page.getByRole('link', { name: /Example login/ }).waitFor();
    expect(troubles).toEqual([]);
    await close();
  }, 60_000);
});
