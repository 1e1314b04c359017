import type { AgentFamily, Speech } from '../domain/agent';
import { urlText } from '../domain/canonical-url';
import type { ContactMessage, JobControlMessage, PrologMessage } from '../domain/inventory';
import { networkTasks, optionNames, type AskingAgent, type PassedTask } from '../domain/passed-task';
import type { RegistrationKey } from '../domain/registration-key';
import { bindingOf } from '../domain/url-binding';
import { granted, refusal, type Answer } from './answer';
import type { IngestSettings } from './ingest-settings';
import type { IngestPorts, PassedJobs } from './ports';
import type { ReceivedSubmission } from './received-submission';

export interface Greeting {
  readonly received: ReceivedSubmission;
  readonly key: RegistrationKey;
  readonly generation: number | undefined;
  readonly message: PrologMessage | ContactMessage | JobControlMessage;
  readonly speech: Speech;
  readonly family: AgentFamily;
  readonly ports: IngestPorts;
  readonly settings: IngestSettings;
  readonly jobs: PassedJobs;
}

/**
 * Answers what carries no inventory. Steers an agent whose full inventory is awaited: its contact is refused, so that
 * its next run starts with a prolog; that is answered in XML, and in XML mode it always sends a full inventory.
 */
export async function greet(greeting: Greeting): Promise<Answer> {
  const { received, key, generation, message, speech, family, ports, settings, jobs } = greeting;
  const { headers } = received;
  const isContact = message.kind === 'contact';
  const { fullAwaited } = await ports.sightAgent({
    instanceId: key.instanceId,
    kid: key.kid,
    at: received.receivedAt,
    sourceAddress: received.origin.clientAddress,
    agentid: headers.agentid,
    deviceid: shortText(message.deviceid),
    userAgent: shortText(headers.userAgent),
    version: isContact ? shortText(message.version) : undefined,
    tag: isContact ? shortText(message.tag) : undefined,
    generation,
    formerUrl: formerUrlOf(key, received),
  });
  const { expirationHours, glpiVersion } = settings;
  const stopsInventory = key.tasks.length > 0 && !key.tasks.includes('inventory');
  switch (message.kind) {
    case 'prolog': {
      const speaksJson = headers.agentid !== undefined && !fullAwaited;
      if (speaksJson) return granted({ kind: 'pending' }, { ...speech, dialect: 'json' });
      const found = await jobs.networkOptions(askingAgent(greeting));
      const options = found.length === 0 ? undefined : found;
      return granted(
        { kind: 'prolog', expirationHours, stopsInventory, options },
        { ...speech, dialect: 'xml' },
      );
    }
    case 'contact': {
      if (fullAwaited) return refusal('full_inventory_awaited', speech, expirationHours);
      const passed = await jobs.tasksFor(askingAgent(greeting));
      return granted(
        {
          kind: 'contact',
          expirationHours,
          glpiVersion,
          disabledTasks: tasksToDisable(message.enabledTasks, stopsInventory, passed),
          networkTasks: networkTasks.filter((task) => passed.includes(task)),
        },
        speech,
      );
    }
    case 'job-control':
      await reportScan(greeting, message);
      return granted({ kind: 'acknowledged', family }, speech);
  }
}

function askingAgent({ received, key, message }: Greeting): AskingAgent {
  const { clientCertificate: shown, origin, headers } = received;
  return {
    key,
    deviceid: message.deviceid,
    sourceAddress: origin.clientAddress,
    certificate: shown.state === 'shown' ? shown.certificate.spki : undefined,
    userAgent: headers.userAgent,
  };
}

/** Of a scan that the server behind ordered, as far as it was. */
async function reportScan(greeting: Greeting, { query, scan }: JobControlMessage): Promise<void> {
  const task = networkTasks.find((one) => optionNames[one] === query.toUpperCase());
  if (task === undefined || scan === undefined) return;
  await greeting.jobs.reportScan(askingAgent(greeting), { task, fields: scan });
}

/** The URL that the key was bound to before, when the agent still uses it. */
function formerUrlOf(key: RegistrationKey, { origin, receivedAt }: ReceivedSubmission): string | undefined {
  const binding = origin.ok ? bindingOf(key, origin.url, receivedAt) : undefined;
  return binding?.by === 'alias' ? urlText(binding.url) : undefined;
}

/** More tasks than any agent has. */
const maxTasks = 32;

/**
 * Everything but inventory and what is passed on: a task that is neither disabled nor answered would poll for jobs and
 * log errors. Inventory too where the key does not allow it, whether the agent names it or not.
 */
function tasksToDisable(
  enabledTasks: unknown,
  stopsInventory: boolean,
  passed: readonly PassedTask[],
): string[] {
  const stay = new Set<string>(['inventory', ...passed]);
  const names = (Array.isArray(enabledTasks) ? enabledTasks : []).filter(
    (task): task is string => typeof task === 'string' && /^[\w-]{1,40}$/.test(task),
  );
  const others = names.filter((task) => !stay.has(task.toLowerCase())).slice(0, maxTasks);
  return stopsInventory ? ['inventory', ...others] : others;
}

const maxTextLength = 255;

function shortText(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value.slice(0, maxTextLength) : undefined;
}
