import type { AgentFamily, Speech } from '../domain/agent';
import type { ContactMessage, JobControlMessage, PrologMessage } from '../domain/inventory';
import type { RegistrationKey } from '../domain/registration-key';
import { granted, refusal, type Answer } from './answer';
import type { IngestSettings } from './ingest-settings';
import type { IngestPorts } from './ports';
import type { ReceivedSubmission } from './received-submission';

export interface Greeting {
  readonly received: ReceivedSubmission;
  readonly key: RegistrationKey;
  readonly message: PrologMessage | ContactMessage | JobControlMessage;
  readonly speech: Speech;
  readonly family: AgentFamily;
  readonly ports: IngestPorts;
  readonly settings: IngestSettings;
}

/**
 * Answers what carries no inventory. Steers an agent whose full inventory is awaited: its contact is refused, so that
 * its next run starts with a prolog; that is answered in XML, and in XML mode it always sends a full inventory.
 */
export async function greet(greeting: Greeting): Promise<Answer> {
  const { received, key, message, speech, family, ports, settings } = greeting;
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
  });
  const { expirationHours, glpiVersion } = settings;
  switch (message.kind) {
    case 'prolog': {
      const speaksJson = headers.agentid !== undefined && !fullAwaited;
      return speaksJson
        ? granted({ kind: 'pending' }, { ...speech, dialect: 'json' })
        : granted({ kind: 'prolog', expirationHours }, { ...speech, dialect: 'xml' });
    }
    case 'contact':
      if (fullAwaited) return refusal('full_inventory_awaited', speech, expirationHours);
      return granted(
        {
          kind: 'contact',
          expirationHours,
          glpiVersion,
          disabledTasks: tasksToDisable(message.enabledTasks),
        },
        speech,
      );
    case 'job-control':
      return granted({ kind: 'acknowledged', family }, speech);
  }
}

/** More tasks than any agent has. */
const maxTasks = 32;

/** Everything but inventory: a task that is neither disabled nor answered would poll for jobs and log errors. */
function tasksToDisable(enabledTasks: unknown): string[] {
  if (!Array.isArray(enabledTasks)) return [];
  const names = enabledTasks.filter(
    (task): task is string => typeof task === 'string' && /^[\w-]{1,40}$/.test(task),
  );
  return names.filter((task) => task.toLowerCase() !== 'inventory').slice(0, maxTasks);
}

const maxTextLength = 255;

function shortText(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value.slice(0, maxTextLength) : undefined;
}
