import { requireKeyForm, pathOptionsOf, readKey, requireServer, storeOf } from '../registration-session';
import { command, type CommandSpec } from '../command';
import type { Context } from '../context';
import { CommandFailure, exitCodes } from '../exit-code';
import { failed, type Check, type Place } from '../path-test/check';
import { examineGateway } from '../path-test/examine-gateway';
import { examineGlpi } from '../path-test/examine-glpi';
import { examinePublicUrl } from '../path-test/examine-public-url';
import { examineRegistration } from '../path-test/examine-registration';
import { examineServer } from '../path-test/examine-server';
import { KeyRefused } from '../../registration/key-refused';
import type { RegistrationRecord } from '../../registration/registration-record';
import { RegistrationStoreError } from '../../registration/registration-store';
import { explainFault } from '../failure';
import { table, type Screen } from '../printing/table';
import { terminalText } from '../printing/terminal-text';
import type { Shown } from '../shown';

interface Options {
  readonly server?: string;
  readonly keyFile?: string;
  readonly ca?: string;
}

export const testCommands: readonly CommandSpec[] = ['test', 'glpi:network:test'].map((name) =>
  command<Options>({
    name,
    summary:
      name === 'test'
        ? 'try the whole way: name, network, TLS, proxies, URL, key, database, GLPI; changes nothing'
        : 'the same as test',
    arguments: [
      {
        name: '[registration_key]',
        description: '- reads it from standard input; else --key-file, REGISTRATION_KEY or the stored one',
      },
    ],
    options: [
      {
        flags: '--server <url>',
        description: 'Gatehouse to reach (default: REGISTRATION_SERVER, or what it is registered with)',
      },
      { flags: '--key-file <file>', description: 'file that holds the key' },
      { flags: '--ca <file>', description: 'PEM of authorities that are trusted beside the usual ones' },
    ],
    examples: [`gatehouse ${name}`, `gatehouse ${name} - --server https://inventory.example.org < key.txt`],
    run,
  }),
);

async function run(context: Context, options: Options, argument?: string): Promise<Shown> {
  const settings = context.settings();
  const path = pathOptionsOf(settings, options.ca);
  const now = (): Date => new Date();
  const { record, checks: stored } = readStored(context);
  const given = options.server ?? settings.registrationServer ?? record?.server;
  const server = given === undefined ? undefined : requireServer(given);
  const { key, checks: keyFaults } = await keyOf(context, options, argument, record, server);
  const gateway = await examineGateway(context);
  const checks = [...gateway.checks];
  for (const url of gateway.known?.publicUrls ?? []) {
    const asked = await context.withAdmin((admin, { instanceId }) =>
      examinePublicUrl(admin, { url, instanceId }, gateway.isRunning, path),
    );
    checks.push(...asked);
  }
  if (server !== undefined) checks.push(...(await examineServer(server, key, path, now)));
  checks.push(...keyFaults, ...stored);
  if (stored.length === 0) checks.push(examineRegistration(record, now()));
  const upstream = gateway.known?.upstream;
  if (upstream !== undefined) checks.push(...(await examineGlpi(upstream, now)));
  if (
    server === undefined &&
    gateway.known === undefined &&
    !checks.some(({ state }) => state === 'failed')
  ) {
    throw new CommandFailure(
      exitCodes.usage,
      'There is nothing to try: no server is named, and no gateway is on this host.',
      'For example: gatehouse test --server https://inventory.example.org',
    );
  }
  return shownChecks(checks);
}

const registrationPlace: Place = { target: 'registration', url: null };

function readStored(context: Context): {
  record: RegistrationRecord | undefined;
  checks: Check[];
} {
  try {
    return { record: storeOf(context.settings()).read(), checks: [] };
  } catch (error) {
    if (!(error instanceof RegistrationStoreError)) throw error;
    const { message, nextStep = '', exitCode } = explainFault(error);
    return {
      record: undefined,
      checks: [failed(registrationPlace, 'registration', { what: message, nextStep, exitCode })],
    };
  }
}

/** A key that is none by its form is told of like any other end, and nobody is asked with it. */
async function keyOf(
  context: Context,
  { keyFile }: Options,
  argument: string | undefined,
  record: RegistrationRecord | undefined,
  server: string | undefined,
): Promise<{ key: string | undefined; checks: Check[] }> {
  const text = await readKey(context, { argument, keyFile });
  // The stored one is for the server that it was given for.
  if (text === undefined || text === '')
    return { key: record?.server === server ? record?.key : undefined, checks: [] };
  try {
    return { key: requireKeyForm(text), checks: [] };
  } catch (error) {
    if (!(error instanceof KeyRefused)) throw error;
    const place: Place = { target: 'server', url: server ?? null };
    const said = { what: error.message, nextStep: error.nextStep, exitCode: exitCodes.refused };
    return { key: undefined, checks: [failed(place, 'key', said)] };
  }
}

function shownChecks(checks: readonly Check[]): Shown {
  const first = checks.find(({ state }) => state === 'failed');
  return {
    value: {
      isWell: first === undefined,
      failedTarget: first?.target ?? null,
      failedLayer: first?.layer ?? null,
      checks,
    },
    text: (screen) => [drawn(checks, screen), ...advice(checks, screen)].join('\n'),
    exitCode: first?.exitCode ?? exitCodes.done,
  };
}

const colours = { ok: 'green', warning: 'yellow', failed: 'red', skipped: 'dim' } as const;

function drawn(checks: readonly Check[], screen: Screen): string {
  return table(
    checks,
    [
      { title: 'STATE', text: ({ state }) => state, isWhole: true, style: ({ state }) => colours[state] },
      { title: 'WHERE', text: ({ target }) => target, isWhole: true },
      { title: 'LAYER', text: ({ layer }) => layer, isWhole: true },
      { title: 'WHAT', text: ({ what }) => what },
    ],
    screen,
  );
}

function advice(checks: readonly Check[], { paint }: Screen): string[] {
  return checks.flatMap(({ target, url, layer, state, what, nextStep }) =>
    nextStep === null
      ? []
      : [
          '',
          `${paint(colours[state], state)} ${target} ${layer}${url === null ? '' : ` (${terminalText(url)})`}: ${terminalText(what)}`,
          `  → ${terminalText(nextStep)}`,
        ],
  );
}
