import { placeholderOf } from '../../admin/deployment/deployment-text';
import { parseSecret } from '../../domain/key-format';
import { defaultCarriers } from '../../domain/registration-key';
import { isLoopback } from '../../domain/upstream';
import { openPath } from '../../reach/open-path';
import { register as registerWith } from '../../registration/register';
import type { RegistrationRecord } from '../../registration/registration-record';
import { writeWhole } from '../../registration/write-whole';
import { agentConfigText, planAgentConfig, type AgentConfigPlan } from '../agent-config-file';
import { command, type CommandSpec } from '../command';
import type { Context } from '../context';
import { CommandFailure, exitCodes } from '../exit-code';
import {
  introductionOf,
  readKey,
  readKnown,
  registerDepsOf,
  requireKeyForm,
  requireServer,
  storeOf,
} from '../registration-session';
import type { Shown } from '../shown';

interface Options {
  readonly server?: string;
  readonly keyFile?: string;
  readonly ca?: string;
  readonly name?: string;
  readonly relay?: true;
  readonly writeAgentConfig?: true;
  readonly agentConfigDir?: string;
  readonly dryRun?: true;
}

/** The two lines that scripts look for. */
const successText = 'Registration successful.\nInstance is now registered.';

export const registerCommands: readonly CommandSpec[] = ['register', 'glpi:network:register'].map((name) =>
  command<Options>({
    name,
    summary:
      name === 'register'
        ? 'register this host, or this Gatehouse, with a Gatehouse by a registration key'
        : 'the same as register',
    arguments: [
      {
        name: '[registration_key]',
        description: '- reads it from standard input; else --key-file or REGISTRATION_KEY',
      },
    ],
    options: [
      {
        flags: '--server <url>',
        description: 'URL of that Gatehouse (default: REGISTRATION_SERVER, the one before, PUBLIC_URL)',
      },
      { flags: '--key-file <file>', description: 'file that holds the key' },
      { flags: '--ca <file>', description: 'PEM of authorities that are trusted beside the usual ones' },
      { flags: '--name <name>', description: 'what it is called there (default: the host name)' },
      { flags: '--relay', description: 'as a relay, which hands on to that Gatehouse what it takes in' },
      { flags: '--write-agent-config', description: 'also configures the GLPI Agent of this host' },
      {
        flags: '--agent-config-dir <dir>',
        description: 'where the agent reads further files (default: conf.d of the system)',
      },
      { flags: '--dry-run', description: 'looks at the key and the way, registers and writes nothing' },
    ],
    examples: [
      `gatehouse ${name} - --server https://inventory.example.org < key.txt`,
      `gatehouse ${name} --key-file /run/secrets/key --write-agent-config`,
    ],
    run,
  }),
);

async function run(context: Context, options: Options, argument?: string): Promise<Shown> {
  const settings = context.settings();
  const text = await readKey(context, { argument, keyFile: options.keyFile });
  if (text === undefined || text === '') {
    throw new CommandFailure(
      exitCodes.usage,
      'No registration key was given.',
      'For example: gatehouse register - --server https://inventory.example.org < key.txt',
    );
  }
  const key = requireKeyForm(text);
  const store = storeOf(settings);
  const known = readKnown(context, store);
  const server = requireServer(
    options.server ?? settings.registrationServer ?? known?.server ?? settings.publicUrls[0] ?? '',
  );
  const kind = options.relay === true ? 'relay' : settings.registrationKind;
  if (kind === 'relay' && settings.glpiUrl !== undefined) {
    throw new CommandFailure(
      exitCodes.usage,
      'GLPI_URL says that inventories go to GLPI: a relay hands them on to the Gatehouse that it registers with.',
      'Remove GLPI_URL from the settings, or register without --relay.',
    );
  }
  if (kind === 'relay' && server.startsWith('http:') && !isLoopback(server)) {
    throw new CommandFailure(
      exitCodes.usage,
      `${server} is http: what a relay hands on, and its token, would be readable on the way.`,
      'Use https.',
    );
  }
  const deps = registerDepsOf(settings, options.ca);
  // What cannot be written is found out before anybody is asked: nothing is done by half.
  const plan = options.writeAgentConfig === true ? planAgentConfig(options.agentConfigDir) : undefined;
  if (options.dryRun === true) return await rehearse(server, key, deps.path, plan);
  const who = introductionOf(settings, known, { kind, name: options.name });
  const { record, agent } = await registerWith(deps, server, key, who);
  store.write(record);
  if (record.kind === 'relay') {
    context.note('A gateway that runs here begins to hand on within half a minute: gatehouse forward status');
  }
  if (plan !== undefined) {
    writeWhole(plan.file, agentConfigText({ server, key, kid: kidOf(key), ...agent }));
    context.note(`${plan.file} is written. Let the agent read it: systemctl restart glpi-agent`);
    for (const file of plan.alsoNameServer)
      context.note(`${file} names a server, too: the agent asks both, or the other one.`);
  }
  return { value: shownRecord(record, plan), text: () => successText };
}

async function rehearse(
  server: string,
  key: string,
  path: Parameters<typeof openPath>[1],
  plan: AgentConfigPlan | undefined,
): Promise<Shown> {
  (await openPath(new URL(server), path)).socket.destroy();
  const kid = kidOf(key);
  const hints = { carriers: defaultCarriers, tag: undefined, clientCertificate: 'optional' } as const;
  const config = plan && agentConfigText({ server, key: placeholderOf(kid), kid, ...hints });
  return {
    value: { isDryRun: true, server, kid, agentConfig: plan && { file: plan.file, text: config } },
    text: (screen) =>
      [
        `The key has the right form, and ${server} can be reached. Nothing was registered or written.`,
        ...(plan === undefined
          ? []
          : [screen.paint('dim', `# --- ${plan.file} (mode 600) ---`), config ?? '']),
      ].join('\n'),
  };
}

function kidOf(key: string): string {
  const parsed = parseSecret('grk', key);
  return parsed.form === 'ok' ? parsed.id : '';
}

function shownRecord(record: RegistrationRecord, plan: AgentConfigPlan | undefined): object {
  const { registrationId, installationId, server, kind, scopes, standing } = record;
  return {
    ...{ isRegistered: true, registrationId, installationId, server, kid: kidOf(record.key), kind, scopes },
    state: standing.state,
    nextValidationAt: standing.nextAt.toISOString(),
    agentConfig: plan?.file ?? null,
  };
}
