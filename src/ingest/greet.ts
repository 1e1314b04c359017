import type { AgentFamily, Speech } from '../domain/agent';
import { urlText } from '../domain/canonical-url';
import type { ContactMessage, JobControlMessage, PrologMessage } from '../domain/inventory';
import type { RegistrationKey } from '../domain/registration-key';
import { bindingOf } from '../domain/url-binding';
import { granted, refusal, type Answer } from './answer';
import type { IngestSettings } from './ingest-settings';
import type { IngestPorts } from './ports';
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
}

/**
 * Answers what carries no inventory. Steers an agent whose full inventory is awaited: its contact is refused, so that
 * its next run starts with a prolog; that is answered in XML, and in XML mode it always sends a full inventory.
 */
export async function greet(greeting: Greeting): Promise<Answer> {
  const { received, key, generation, message, speech, family, ports, settings } = greeting;
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
      return speaksJson
        ? granted({ kind: 'pending' }, { ...speech, dialect: 'json' })
        : granted({ kind: 'prolog', expirationHours, stopsInventory }, { ...speech, dialect: 'xml' });
    }
    case 'contact':
      if (fullAwaited) return refusal('full_inventory_awaited', speech, expirationHours);
      return granted(
        {
          kind: 'contact',
          expirationHours,
          glpiVersion,
          disabledTasks: tasksToDisable(message.enabledTasks, stopsInventory),
        },
        speech,
      );
    case 'job-control':
      return granted({ kind: 'acknowledged', family }, speech);
  }
}

/** The URL that the key was bound to before, when the agent still uses it. */
function formerUrlOf(key: RegistrationKey, { origin, receivedAt }: ReceivedSubmission): string | undefined {
  const binding = origin.ok ? bindingOf(key, origin.url, receivedAt) : undefined;
  return binding?.by === 'alias' ? urlText(binding.url) : undefined;
}

/** More tasks than any agent has. */
const maxTasks = 32;

/**
 * Everything but inventory: a task that is neither disabled nor answered would poll for jobs and log errors. Inventory
 * too where the key does not allow it, whether the agent names it or not.
 */
function tasksToDisable(enabledTasks: unknown, stopsInventory: boolean): string[] {
  const names = (Array.isArray(enabledTasks) ? enabledTasks : []).filter(
    (task): task is string => typeof task === 'string' && /^[\w-]{1,40}$/.test(task),
  );
  const others = names.filter((task) => task.toLowerCase() !== 'inventory').slice(0, maxTasks);
  return stopsInventory ? ['inventory', ...others] : others;
}

const maxTextLength = 255;

function shortText(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value.slice(0, maxTextLength) : undefined;
}
