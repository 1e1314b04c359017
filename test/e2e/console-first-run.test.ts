import { postAsAgent } from '../../src/cli/post-as-agent';
import { startServer, throwAwayFolder } from '../support/built-program';
import {
  axeViolations,
  describeWithBrowser,
  keepPicture,
  openBrowser,
  signIn,
  visit,
} from '../support/console-browser';
import { deviceNumber, jsonInventory } from '../support/devices';

describeWithBrowser('the first visit on a fresh installation', () => {
  it('leads from the token that the start printed to the first inventory, by the built program', async () => {
    const folder = throwAwayFolder();
    const [server, browser] = await Promise.all([
      startServer({ DATA_DIR: folder.path, HOST: '127.0.0.1', PORT: '0' }),
      openBrowser(),
    ]);
    try {
      const [, baseUrl = ''] = /^Console: (\S+)\/admin$/m.exec(server.printed()) ?? [];
      const [, token = ''] = /Admin token\s+(\S+)/.exec(server.printed()) ?? [];
      const { page, troubles, strayRequests } = await visit(browser, baseUrl);
      await page.goto('/admin');
      await signIn(page, token);
      await page.getByText('No agent has sent an inventory yet').waitFor();
      await keepPicture(page, 'first-visit-light');
      await page.getByRole('link', { name: 'Begin' }).click();
      await page.getByRole('textbox', { name: 'Name' }).fill('Contoso');
      await page.getByRole('button', { name: 'Go on' }).click();
      await page.getByRole('textbox', { name: 'Name of the key' }).fill('First laptops');
      await page.getByRole('button', { name: 'Go on' }).click();
      const key = await page.getByTestId('key').innerText();
      await page.getByText('Waiting for the first inventory').waitFor();
      expect(await axeViolations(page)).toEqual([]);
      const { httpStatus } = await postAsAgent({
        ...{ url: new URL(`${baseUrl}/`), connections: false, timeoutMs: 20_000, key },
        headers: { 'Content-Type': 'application/json' },
        body: Buffer.from(jsonInventory({ ...deviceNumber(1), name: 'laptop-one' })),
      });
      expect(httpStatus).toBe(200);
      await page.getByText(/laptop-one.* has arrived/).waitFor();
      await page.getByRole('link', { name: 'To the overview' }).click();
      await page.getByRole('link', { name: 'Contoso', exact: true }).first().click();
      await page.getByRole('link', { name: 'laptop-one' }).waitFor();
      expect([troubles, strayRequests]).toEqual([[], []]);
    } finally {
      await browser.close();
      server.kill('SIGTERM');
      await server.ended;
      folder.remove();
    }
  }, 120_000);
});
