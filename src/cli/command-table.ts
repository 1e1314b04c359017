import type { CommandSpec } from './command';
import { agentList } from './commands/agent-list';
import { assetHistory } from './commands/asset-history';
import { assetInventory } from './commands/asset-inventory';
import { assetList } from './commands/asset-list';
import { assetMerge, assetUnmerge } from './commands/asset-merge';
import { assetMove } from './commands/asset-move';
import { assetReactivate } from './commands/asset-reactivate';
import { assetRetire } from './commands/asset-retire';
import { assetShow } from './commands/asset-show';
import { assetSplit } from './commands/asset-split';
import { auditExport } from './commands/audit-export';
import { auditList } from './commands/audit-list';
import { auditVerify } from './commands/audit-verify';
import { banLift, banList } from './commands/ban-commands';
import { completion } from './commands/completion';
import { config } from './commands/config';
import { demo } from './commands/demo';
import { doctor } from './commands/doctor';
import { entityCreate } from './commands/entity-create';
import { entityDelete } from './commands/entity-delete';
import { entityList } from './commands/entity-list';
import { entityShow } from './commands/entity-show';
import { entityUpdate } from './commands/entity-update';
import { eventList } from './commands/event-list';
import { explain } from './commands/explain';
import { forwardCommands } from './commands/forward-commands';
import { glpiApiRemove, glpiApiSet, glpiApiShow } from './commands/glpi-api';
import { glpiEntities } from './commands/glpi-entities';
import { glpiRules } from './commands/glpi-rules';
import { instanceCreate } from './commands/instance-create';
import { instanceList } from './commands/instance-list';
import { instanceRebind } from './commands/instance-rebind';
import { instanceUpdate } from './commands/instance-update';
import { junkCommands } from './commands/junk-commands';
import { keyConfig } from './commands/key-config';
import { keyCreate } from './commands/key-create';
import { keyGenerations } from './commands/key-generations';
import { keyList } from './commands/key-list';
import { keyRebind } from './commands/key-rebind';
import { keyRetire } from './commands/key-retire';
import { keyRevoke } from './commands/key-revoke';
import { keyRotate } from './commands/key-rotate';
import { keyShow } from './commands/key-show';
import { keyUpdate } from './commands/key-update';
import { matchReplay } from './commands/match-replay';
import { migrate } from './commands/migrate';
import { overview } from './commands/overview';
import { quarantineList } from './commands/quarantine-list';
import { quarantineReopen } from './commands/quarantine-reopen';
import { quarantineResolve } from './commands/quarantine-resolve';
import { quarantineShow } from './commands/quarantine-show';
import { registerCommands } from './commands/register';
import { registrationCommands } from './commands/registration-commands';
import { serve } from './commands/serve';
import { simulate } from './commands/simulate';
import { submissionList } from './commands/submission-list';
import { submissionShow } from './commands/submission-show';
import { testCommands } from './commands/test-path';
import { tokenCommands } from './commands/token-commands';
import { webhookCommands } from './commands/webhook-commands';
import { upstreamCommands } from './commands/upstream-commands';

/** Every command, in the order of the help. */
export const commandTable: readonly CommandSpec[] = [
  serve,
  migrate,
  config,
  doctor,
  overview,
  demo,
  simulate,
  explain,
  entityList,
  entityShow,
  entityCreate,
  entityUpdate,
  entityDelete,
  keyList,
  keyShow,
  keyCreate,
  keyUpdate,
  keyRebind,
  keyConfig,
  keyRotate,
  keyGenerations,
  keyRetire,
  keyRevoke,
  assetList,
  assetShow,
  assetInventory,
  assetHistory,
  assetRetire,
  assetReactivate,
  assetMove,
  assetMerge,
  assetUnmerge,
  assetSplit,
  submissionList,
  submissionShow,
  quarantineList,
  quarantineShow,
  quarantineResolve,
  quarantineReopen,
  banList,
  banLift,
  ...junkCommands,
  matchReplay,
  agentList,
  auditList,
  auditVerify,
  auditExport,
  eventList,
  ...registerCommands,
  ...registrationCommands,
  ...testCommands,
  ...tokenCommands('token'),
  ...tokenCommands('admin'),
  ...webhookCommands,
  instanceList,
  instanceCreate,
  instanceUpdate,
  instanceRebind,
  ...upstreamCommands,
  ...forwardCommands,
  glpiApiSet,
  glpiApiShow,
  glpiApiRemove,
  ...glpiEntities,
  glpiRules,
  completion(() => commandTable),
];
