import { checkInput } from '../../admin/admin-schemas';
import {
  getUpstream,
  removeUpstream,
  setUpstream,
  testUpstream,
  type UpstreamView,
} from '../../admin/upstream';
import { upstreamInputOf, type UpstreamFields } from '../../admin/upstream-fields';
import { command, given, type CommandSpec } from '../command';
import type { Context } from '../context';
import { CommandFailure, exitCodes } from '../exit-code';
import { sheet } from '../printing/table';
import { probeOf } from '../probe-of';
import type { Shown } from '../shown';

interface SetOptions {
  readonly kind?: string;
  readonly url: string;
  readonly user?: string;
  readonly passwordFile?: string;
  readonly clientId?: string;
  readonly clientSecretFile?: string;
  readonly tokenUrl?: string;
  readonly tokenFile?: string;
  readonly caFile?: string;
  readonly certificateFile?: string;
  readonly keyFile?: string;
  readonly proxy?: string;
}

const maxSecretBytes = 4096;
const maxPemBytes = 262_144;
/** Never an argument: those stand in lists of processes. */
const from = 'file that holds it, or - for standard input (else UPSTREAM_SECRET)';

const upstreamSet = command<SetOptions>({
  name: 'upstream set',
  summary:
    'pass accepted inventories of an instance on to a GLPI; of the first one GLPI_URL says it when it is set',
  options: [
    { flags: '--url <url>', description: 'root of GLPI, or the URL that its agents had', isRequired: true },
    {
      flags: '--kind <kind>',
      description: 'glpi (default) or gatehouse: a central one that this one is a relay of',
    },
    { flags: '--user <name>', description: 'of the Basic credential' },
    { flags: '--password-file <file>', description: `its password: ${from}` },
    { flags: '--client-id <id>', description: 'OAuth client of GLPI 11 with the scope inventory' },
    { flags: '--client-secret-file <file>', description: `its secret: ${from}` },
    { flags: '--token-url <url>', description: 'where GLPI gives out tokens (default: /api.php/token)' },
    { flags: '--token-file <file>', description: `a fixed bearer token: ${from}` },
    {
      flags: '--ca-file <file>',
      description: 'PEM of the authority to trust in the place of the usual ones',
    },
    { flags: '--certificate-file <file>', description: 'PEM of a client certificate to show' },
    { flags: '--key-file <file>', description: 'its private key, PEM without passphrase' },
    { flags: '--proxy <url>', description: 'HTTP proxy on the way' },
  ],
  examples: [
    'gatehouse upstream set --instance north --url https://glpi-north.example.org --user gatehouse --password-file -',
    'gatehouse upstream set --instance north --url https://glpi.example.org --client-id 4f…c2 --client-secret-file secret.txt',
  ],
  run: async (context, options) => {
    const input = upstreamInputOf(
      checkInput('body', 'UpstreamSet', await fieldsOf(context, options)) as UpstreamFields,
    );
    return shownUpstream(await context.withAdmin((admin, caller) => setUpstream(admin, caller, input)));
  },
});

async function fieldsOf(
  context: Pick<Context, 'readInput' | 'settings'>,
  options: SetOptions,
): Promise<object> {
  const fromStandardInput = Object.values(options).filter((value) => value === '-');
  if (fromStandardInput.length > 1) {
    throw new CommandFailure(
      exitCodes.usage,
      'Only one secret can come from standard input.',
      'Put the others in files.',
    );
  }
  const read = async (file: string | undefined, maxBytes: number): Promise<string | undefined> =>
    file === undefined ? undefined : (await context.readInput(file, maxBytes)).toString('utf8').trim();
  const secretFor = async (file: string | undefined, isWanted: boolean): Promise<string | undefined> =>
    (await read(file, maxSecretBytes)) ?? (isWanted ? context.settings().upstreamSecret : undefined);
  return given({
    ...{ kind: options.kind, url: options.url, user: options.user, clientId: options.clientId },
    password: await secretFor(options.passwordFile, options.user !== undefined),
    clientSecret: await secretFor(options.clientSecretFile, options.clientId !== undefined),
    tokenUrl: options.tokenUrl,
    token: await read(options.tokenFile, maxSecretBytes),
    ca: await read(options.caFile, maxPemBytes),
    certificate: await read(options.certificateFile, maxPemBytes),
    key: await read(options.keyFile, maxPemBytes),
    proxy: options.proxy,
  });
}

const upstreamShow = command({
  name: 'upstream show',
  summary: 'show where accepted inventories go, without its secrets',
  examples: ['gatehouse upstream show', 'gatehouse upstream show --instance north'],
  run: async (context) => shownUpstream(await context.withAdmin(getUpstream)),
});

const upstreamTest = command({
  name: 'upstream test',
  summary: 'go the way to the upstream step by step; says where it ends and what to do. Stores nothing there',
  examples: ['gatehouse upstream test'],
  run: async (context) => {
    const probeUpstream = probeOf(context.settings());
    const report = await context.withAdmin((admin, caller) =>
      testUpstream({ ...admin, probeUpstream }, caller),
    );
    return shownProbe(report);
  },
});

const upstreamRemove = command({
  name: 'upstream remove',
  summary: 'pass nothing on any more; what waits is kept, and goes when there is an upstream again',
  examples: ['gatehouse upstream remove --instance north'],
  run: async (context) => {
    await context.withAdmin(removeUpstream);
    return { value: { removed: true }, text: () => 'Inventories are stored here only from now on.' };
  },
});

export const upstreamCommands: readonly CommandSpec[] = [
  upstreamSet,
  upstreamShow,
  upstreamTest,
  upstreamRemove,
];

function shownUpstream(view: UpstreamView): Shown {
  const { credential } = view;
  return {
    value: view,
    text: (screen) =>
      sheet(
        [
          ['url', view.url],
          ['kind', view.kind],
          ['set by', view.fromSettings ? 'GLPI_URL' : 'gatehouse upstream set, or the API'],
          ['credential', credential.kind],
          ['user', credential.user],
          ['OAuth client', credential.clientId],
          ['token URL', credential.tokenUrl],
          ['client certificate', credential.certificateSubject],
          ['good until', credential.certificateNotAfter],
          ['authority', view.caSubject],
          ['proxy', view.proxy],
          ['changed', view.changedAt],
        ],
        screen,
      ),
  };
}

function shownProbe(report: Awaited<ReturnType<typeof testUpstream>>): Shown {
  const { certificate } = report;
  return {
    value: report,
    text: (screen) =>
      sheet(
        [
          [
            'result',
            report.ok ? `it takes inventories (${report.tookMs} ms)` : `ends at ${report.failedLayer ?? ''}`,
          ],
          ['what', report.detail],
          ['what to do', report.advice],
          ['connected to', report.peer],
          ['addresses', report.addresses],
          [
            'certificate',
            certificate === null ? null : `${certificate.subject}, until ${certificate.notAfter}`,
          ],
          ['issued by', certificate?.issuer],
        ],
        screen,
      ),
    exitCode: report.ok ? exitCodes.done : exitCodes.unreachable,
  };
}
