import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

/** Debian's: installed by .ci/run. No browser is ever downloaded. */
const chromiumPath = '/usr/bin/chromium';

/** Skips visibly where there is no browser. */
export const describeWithBrowser = existsSync(chromiumPath) ? describe : describe.skip;

const flags = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

/** With a profile of its own, which goes away with it. */
export async function openBrowser(): Promise<Browser> {
  return await chromium.launch({ executablePath: chromiumPath, args: flags });
}

export interface Visitor {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Faults that the browser told of: of scripts, of the console, of the content security policy. */
  readonly troubles: string[];
  /** Requests that went anywhere but to the gateway. */
  readonly strayRequests: string[];
  readonly close: () => Promise<void>;
}

export interface VisitorOptions {
  readonly colours?: 'light' | 'dark';
  readonly language?: 'en-US' | 'fr-FR';
  readonly width?: number;
  readonly height?: number;
}

/** Somebody with a browser of their own: no cookie, nothing stored. */
export async function visit(
  browser: Browser,
  baseUrl: string,
  options: VisitorOptions = {},
): Promise<Visitor> {
  const { colours = 'light', language = 'en-US', width = 1280, height = 800 } = options;
  const context = await browser.newContext({
    ...{ baseURL: baseUrl, colorScheme: colours, locale: language, reducedMotion: 'reduce' },
    viewport: { width, height },
  });
  const page = await context.newPage();
  const troubles: string[] = [];
  const strayRequests: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(`console: ${message.text()} ${message.location().url}`);
  });
  page.on('pageerror', (error) => troubles.push(`script: ${String(error.stack)}`));
  page.on('request', (request) => {
    if (!request.url().startsWith(`${baseUrl}/`)) strayRequests.push(request.url());
  });
  await page.exposeFunction('tellViolation', (what: string) => troubles.push(`policy: ${what}`));
  await page.addInitScript(`document.addEventListener('securitypolicyviolation', (event) => {
    tellViolation(event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample);
  });`);
  return { context, page, troubles, strayRequests, close: () => context.close() };
}

export async function signIn(page: Page, token: string): Promise<void> {
  await page.getByLabel('Admin token', { exact: true }).fill(token);
  await page.keyboard.press('Enter');
  await page.getByRole('navigation', { name: 'Pages' }).first().waitFor();
}

const unfinished = 'main .mantine-Skeleton-root, main .mantine-Loader-root, [data-live=connecting]';

/** When all that the page asks for at first is there. Its stream of events stays open, so the network is never idle. */
export async function settled(page: Page): Promise<void> {
  await page.locator('main h1').waitFor();
  await page.locator(unfinished).first().waitFor({ state: 'detached' });
}

const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly help: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
  }[];
}

/** What of the page breaks WCAG 2.2, levels A and AA, as far as a program can tell. */
export async function axeViolations(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
  const { violations } = await page.evaluate<AxeResult>(
    `axe.run(document, { runOnly: ${JSON.stringify(tags)}, resultTypes: ['violations'] })`,
  );
  return violations.flatMap(({ id, help, nodes }) =>
    nodes
      .slice(0, 3)
      .map((node) => `${id}: ${help}: ${node.html.slice(0, 300)} ${node.failureSummary ?? ''}`),
  );
}

const screenshotFolder = path.resolve(__dirname, '../../web/screenshots');

/** For people to look at; git ignores the folder. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  mkdirSync(screenshotFolder, { recursive: true });
  await page.screenshot({ path: path.join(screenshotFolder, `${name}.png`) });
}
