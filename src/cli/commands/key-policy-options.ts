import { InvalidArgumentError } from 'commander';
import type { AdminDeps, Caller } from '../../admin/admin-deps';
import { passedTasks } from '../../domain/passed-task';
import {
  carriers,
  clientCertificatePolicies,
  keyModes,
  keyScopes,
  tagPolicies,
  tasks,
} from '../../domain/registration-key';
import { each, given, list, wholeNumber, type OptionRow } from '../command';
import { chooseEntity } from '../entity-choice';
import { readInput } from '../read-input';

/** A bundle of several CAs is about 10 KB. */
const maxCaFileBytes = 65_536;

/** What both `key create` and `key update` take. Every restriction can be taken away again by `--no-…`. */
export interface KeyPolicyOptions {
  readonly mode?: string;
  readonly enrolUntil?: string | false;
  readonly useUntil?: string | false;
  readonly maxAssets?: number | false;
  readonly cidr?: readonly string[] | false;
  readonly itemtype?: readonly string[] | false;
  readonly carrier?: readonly string[];
  readonly task?: readonly string[] | false;
  readonly passTask?: readonly string[] | false;
  readonly scope?: readonly string[];
  readonly requestsPerMinute?: number | false;
  readonly newAssetsPerHour?: number | false;
  readonly clientCertificate?: string;
  readonly clientCa?: string | false;
  readonly canary?: boolean;
  readonly retireUnusedDays?: number | false;
  readonly tag?: string | false;
  readonly tagPolicy?: string;
  readonly url?: readonly string[] | false;
  readonly rule?: readonly RuleOption[] | false;
  readonly owner?: string;
  readonly note?: string;
}

/** A rule as written: the entity may stand there by name. */
type RuleOption = Readonly<Record<string, unknown>>;

export const keyPolicyOptions: readonly OptionRow[] = [
  { flags: '--mode <mode>', description: `${keyModes.join(', ')} (default auto)` },
  { flags: '--enrol-until <time>', description: 'takes new devices until then, ISO 8601' },
  { flags: '--use-until <time>', description: 'good until then, ISO 8601' },
  {
    flags: '--max-assets <n>',
    description: 'most devices it brings in',
    parse: wholeNumber(1, 2_147_483_647),
  },
  { flags: '--cidr <network>', description: 'only from these networks (several by commas)', parse: list },
  { flags: '--itemtype <itemtype>', description: 'only these itemtypes (several by commas)', parse: list },
  { flags: '--carrier <carrier>', description: `how it may travel: ${carriers.join(', ')}`, parse: list },
  { flags: '--task <task>', description: `only these tasks: ${tasks.join(', ')}`, parse: list },
  {
    flags: '--pass-task <task>',
    description: `jobs that its agents get from GLPI: ${passedTasks.join(', ')} (default none)`,
    parse: list,
  },
  {
    flags: '--scope <scope>',
    description: `what it is for: ${keyScopes.join(', ')} (default inventory,register)`,
    parse: list,
  },
  {
    flags: '--requests-per-minute <n>',
    description: 'more are answered 429',
    parse: wholeNumber(1, 10_000_000),
  },
  {
    flags: '--new-assets-per-hour <n>',
    description: 'more are held for approval',
    parse: wholeNumber(1, 10_000_000),
  },
  {
    flags: '--client-certificate <policy>',
    description: `TLS client certificate: ${clientCertificatePolicies.join(', ')}`,
  },
  { flags: '--client-ca <file>', description: 'PEM of the CAs whose client certificates count' },
  { flags: '--canary', description: 'a bait: any use is refused and is an alarm' },
  {
    flags: '--retire-unused-days <n>',
    description: 'retires an older generation unused for so long (default 30)',
    parse: wholeNumber(1, 3650),
  },
  { flags: '--tag <tag>', description: 'tag that the agents must send, with --tag-policy require' },
  { flags: '--tag-policy <policy>', description: tagPolicies.join(', ') },
  {
    flags: '--url <url>',
    description: 'URL it is good for (again for more; default: PUBLIC_URL)',
    parse: each,
  },
  { flags: '--rule <json>', description: 'assignment rule (again for more)', parse: rule },
  { flags: '--owner <text>', description: 'who answers for it' },
  { flags: '--note <text>', description: 'what it is for' },
];

export const keyRestrictionRemovals: readonly OptionRow[] = [
  ['enrol-until', 'no end of enrolment'],
  ['use-until', 'no end'],
  ['max-assets', 'no quota'],
  ['cidr', 'from any network'],
  ['itemtype', 'any itemtype'],
  ['task', 'any task'],
  ['pass-task', 'no jobs from GLPI'],
  ['requests-per-minute', 'no limit of its own'],
  ['new-assets-per-hour', 'no limit'],
  ['client-ca', 'no CA of its own'],
  ['canary', 'an ordinary key'],
  ['retire-unused-days', 'older generations stay until the end of their grace'],
  ['tag', 'no tag'],
  ['url', 'good for PUBLIC_URL'],
  ['rule', 'no rules'],
].map(([name, description]) => ({ flags: `--no-${name ?? ''}`, description: description ?? '' }));

function rule(text: string, previous: unknown): RuleOption[] {
  const before = Array.isArray(previous) ? (previous as RuleOption[]) : [];
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new InvalidArgumentError('is not JSON.');
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new InvalidArgumentError('must be an object such as {"tag":"PAR-*","entity":"Root > France"}.');
  }
  return [...before, parsed as RuleOption];
}

/** The body that the admin API would get. Entities of rules are looked up by name. */
export async function keyPolicyBody(
  admin: AdminDeps,
  caller: Caller,
  options: KeyPolicyOptions,
): Promise<Record<string, unknown>> {
  const {
    cidr,
    itemtype,
    carrier,
    rule: rules,
    enrolUntil,
    useUntil,
    maxAssets,
    tag,
    url,
    ...same
  } = options;
  return given({
    mode: same.mode,
    tagPolicy: same.tagPolicy,
    owner: same.owner,
    note: same.note,
    enrolUntil: orNull(enrolUntil),
    useUntil: orNull(useUntil),
    maxAssets: orNull(maxAssets),
    tag: orNull(tag),
    url: orNull(url),
    cidrs: orNull(cidr),
    itemtypes: orNull(itemtype),
    carriers: carrier,
    tasks: orNull(same.task),
    passTasks: orNull(same.passTask),
    scopes: same.scope,
    requestsPerMinute: orNull(same.requestsPerMinute),
    newAssetsPerHour: orNull(same.newAssetsPerHour),
    clientCertificate: same.clientCertificate,
    clientCa:
      typeof same.clientCa === 'string'
        ? (await readInput(same.clientCa, maxCaFileBytes)).toString()
        : orNull(same.clientCa),
    canary: same.canary,
    retireUnusedDays: orNull(same.retireUnusedDays),
    rules: rules === false ? null : await withEntities(admin, caller, rules),
  });
}

function orNull<T>(value: T | false | undefined): T | null | undefined {
  return value === false ? null : value;
}

async function withEntities(admin: AdminDeps, caller: Caller, rules: readonly RuleOption[] | undefined) {
  if (rules === undefined) return undefined;
  const found = [];
  for (const { entity, ...rest } of rules) {
    const entityId = typeof entity === 'string' ? (await chooseEntity(admin, caller, entity)).id : undefined;
    found.push({ ...rest, ...given({ entityId }) });
  }
  return found;
}
