import ipaddr from 'ipaddr.js';
import { canonicalUrl, urlText } from '../domain/canonical-url';
import { clientCaText, isInDate, readClientCas } from '../domain/client-ca';
import { coreItemtypes, customItemtypePattern } from '../domain/inventory';
import type { PassedTask } from '../domain/passed-task';
import { Problem, type FieldError } from '../domain/problem';
import {
  defaultCarriers,
  defaultKeyScopes,
  type AssignmentRule,
  type Carrier,
  type ClientCertificatePolicy,
  type KeyMode,
  type KeyScope,
  type TagPolicy,
  type Task,
} from '../domain/registration-key';
import type { KeyPolicy } from '../store/keys/policy-columns';
import { calendarTime, notInCalendar } from './read-time';

/** What an admin may say of a key. Null and an empty list take a restriction away. */
export interface KeyPolicyInput {
  readonly name?: string;
  /** One URL or several; none = those of the instance. */
  readonly url?: string | readonly string[] | null;
  readonly mode?: KeyMode;
  /** ISO 8601 time, or a date (its beginning, UTC). */
  readonly enrolUntil?: string | null;
  readonly useUntil?: string | null;
  readonly maxAssets?: number | null;
  readonly cidrs?: readonly string[] | null;
  readonly itemtypes?: readonly string[] | null;
  readonly carriers?: readonly Carrier[];
  readonly tasks?: readonly Task[] | null;
  readonly passTasks?: readonly PassedTask[] | null;
  readonly scopes?: readonly KeyScope[];
  readonly requestsPerMinute?: number | null;
  /** More new assets than these within an hour are held for approval. */
  readonly newAssetsPerHour?: number | null;
  readonly clientCertificate?: ClientCertificatePolicy;
  /** PEM, one certificate or several. */
  readonly clientCa?: string | null;
  readonly canary?: boolean;
  readonly retireUnusedDays?: number | null;
  readonly tag?: string | null;
  readonly tagPolicy?: TagPolicy;
  readonly rules?: readonly AssignmentRule[] | null;
  /** What happens when a device of another key appears: only `keep` is available. */
  readonly onMove?: string;
  readonly owner?: string | null;
  readonly note?: string | null;
}

export const freshPolicy: Omit<KeyPolicy, 'entityId'> = {
  name: '',
  urls: [],
  mode: 'auto',
  enrolUntil: null,
  useUntil: null,
  maxAssets: null,
  cidrs: [],
  itemtypes: [],
  carriers: defaultCarriers,
  tasks: [],
  passTasks: [],
  scopes: defaultKeyScopes,
  requestsPerMinute: null,
  newAssetsPerHour: null,
  clientCertificate: 'optional',
  clientCa: null,
  canary: false,
  retireUnusedDays: 30,
  tag: null,
  tagPolicy: 'ignore',
  rules: [],
  note: null,
  owner: null,
};

type Complain = (field: string, message: string) => void;

/**
 * The policy that results from a change, all of it checked. `insideEntityIds` is the subtree of the key's entity.
 * Throws Problem `body_invalid` that names every fault.
 */
export function changedPolicy(
  before: KeyPolicy,
  input: KeyPolicyInput,
  insideEntityIds: ReadonlySet<string>,
  now: Date,
): KeyPolicy {
  const errors: FieldError[] = [];
  const complain: Complain = (field, message) => {
    errors.push({ field, message });
  };
  const kept = <T>(given: T | undefined, old: T): T => (given === undefined ? old : given);
  if (input.onMove !== undefined && input.onMove !== 'keep') {
    complain('/onMove', 'only "keep" is available in this version: assets are never moved by an inventory');
  }
  const policy: KeyPolicy = {
    name: input.name?.trim() ?? before.name,
    entityId: before.entityId,
    urls: input.url === undefined ? before.urls : readUrls(input.url, complain),
    mode: kept(input.mode, before.mode),
    enrolUntil: readTime(input.enrolUntil, before.enrolUntil, '/enrolUntil', complain),
    useUntil: readTime(input.useUntil, before.useUntil, '/useUntil', complain),
    maxAssets: kept(input.maxAssets, before.maxAssets),
    cidrs: input.cidrs === undefined ? before.cidrs : readCidrs(input.cidrs ?? [], complain),
    itemtypes: input.itemtypes === undefined ? before.itemtypes : unique(input.itemtypes ?? []),
    carriers: unique(kept(input.carriers, before.carriers)),
    tasks: input.tasks === undefined ? before.tasks : unique(input.tasks ?? []),
    passTasks: input.passTasks === undefined ? before.passTasks : unique(input.passTasks ?? []),
    scopes: unique(kept(input.scopes, before.scopes)),
    requestsPerMinute: kept(input.requestsPerMinute, before.requestsPerMinute),
    newAssetsPerHour: kept(input.newAssetsPerHour, before.newAssetsPerHour),
    clientCertificate: kept(input.clientCertificate, before.clientCertificate),
    clientCa:
      typeof input.clientCa === 'string'
        ? readCa(input.clientCa, now, complain)
        : kept(input.clientCa, before.clientCa),
    canary: kept(input.canary, before.canary),
    retireUnusedDays: kept(input.retireUnusedDays, before.retireUnusedDays),
    tag: kept(input.tag, before.tag),
    tagPolicy: kept(input.tagPolicy, before.tagPolicy),
    rules: readRules(
      input.rules === undefined ? before.rules : (input.rules ?? []),
      insideEntityIds,
      complain,
    ),
    note: kept(input.note, before.note),
    owner: kept(input.owner, before.owner),
  };
  policy.itemtypes.forEach((itemtype, place) => {
    if (!isItemtype(itemtype)) complain(`/itemtypes/${place}`, 'is no itemtype of GLPI');
  });
  if (policy.tagPolicy === 'require' && policy.tag === null) {
    complain('/tag', 'is required when tagPolicy is "require"');
  }
  complainOfCertificates(policy, complain);
  if (errors.length > 0) throw new Problem('body_invalid', 'The key cannot be as described.', errors);
  return policy;
}

function readUrls(given: string | readonly string[] | null, complain: Complain): string[] {
  const texts = typeof given === 'string' ? [given] : (given ?? []);
  const urls = texts.flatMap((text, place) => {
    const url = canonicalUrl(text);
    if (url !== undefined) return urlText(url);
    const field = typeof given === 'string' ? '/url' : `/url/${place}`;
    complain(field, 'must be an http or https URL without user, query and fragment');
    return [];
  });
  return unique(urls);
}

/** The bundle in one spelling. A CA that ends later stays until it is changed: only what is given is checked. */
function readCa(pem: string, now: Date, complain: Complain): string {
  const read = readClientCas(pem);
  if (!read.ok) {
    complain('/clientCa', read.why);
    return '';
  }
  read.cas.forEach((ca, place) => {
    if (!isInDate(ca, now)) complain('/clientCa', `certificate ${place + 1} is not good now`);
  });
  return clientCaText(read.cas);
}

/** What says something of certificates must be able to have a meaning. */
function complainOfCertificates(policy: KeyPolicy, complain: Complain): void {
  if (policy.clientCertificate === 'ignore' && policy.carriers.includes('certificate')) {
    complain('/carriers', 'cannot hold "certificate" when clientCertificate is "ignore"');
  }
  policy.rules.forEach((rule, place) => {
    if (
      rule.certificate !== undefined &&
      (policy.clientCa === null || policy.clientCertificate === 'ignore')
    ) {
      complain(`/rules/${place}/certificate`, 'needs clientCa, and a clientCertificate other than "ignore"');
    }
  });
}

function readTime(
  given: string | null | undefined,
  before: Date | null,
  field: string,
  complain: Complain,
): Date | null {
  if (given === undefined) return before;
  if (given === null) return null;
  const time = calendarTime(given);
  if (time === undefined) complain(field, notInCalendar);
  return time ?? null;
}

function readCidrs(texts: readonly string[], complain: Complain): string[] {
  const cidrs = texts.flatMap((text, place) => {
    const cidr = canonicalCidr(text);
    if (cidr === undefined) complain(`/cidrs/${place}`, notCidr);
    return cidr ?? [];
  });
  return unique(cidrs);
}

const notCidr = 'must be an IPv4 or IPv6 network in CIDR notation, or one address';

/** `10.1.2.3/8` → `10.0.0.0/8`, `192.0.2.7` → `192.0.2.7/32`; a network of IPv4-mapped addresses becomes IPv4. */
export function canonicalCidr(text: string): string | undefined {
  const [address = '', prefix, ...rest] = text.trim().split('/');
  const isAddress = ipaddr.IPv4.isValidFourPartDecimal(address) || /^[\da-f:.]*:[\da-f:.]*$/i.test(address);
  if (rest.length > 0 || !isAddress || !ipaddr.isValid(address)) return undefined;
  if (prefix !== undefined && !/^\d{1,3}$/.test(prefix)) return undefined;
  const network = ipaddr.parse(address);
  const longest = network.kind() === 'ipv4' ? 32 : 128;
  const length = prefix === undefined ? longest : Number(prefix);
  if (length > longest) return undefined;
  if (network instanceof ipaddr.IPv6 && network.isIPv4MappedAddress() && length >= 96) {
    return canonicalCidr(`${network.toIPv4Address().toString()}/${length - 96}`);
  }
  const family = network.kind() === 'ipv4' ? ipaddr.IPv4 : ipaddr.IPv6;
  return `${family.networkAddressFromCIDR(`${network.toString()}/${length}`).toString()}/${length}`;
}

function readRules(
  rules: readonly AssignmentRule[],
  insideEntityIds: ReadonlySet<string>,
  complain: Complain,
): AssignmentRule[] {
  return rules.map((rule, place) => {
    const entityId = rule.entityId.toLowerCase();
    if (!insideEntityIds.has(entityId)) {
      complain(`/rules/${place}/entityId`, "must be the key's entity or one below it");
    }
    if (rule.itemtype !== undefined && !isItemtype(rule.itemtype)) {
      complain(`/rules/${place}/itemtype`, 'is no itemtype of GLPI');
    }
    if (rule.cidr === undefined) return { ...rule, entityId };
    const cidr = canonicalCidr(rule.cidr);
    if (cidr === undefined) complain(`/rules/${place}/cidr`, notCidr);
    return { ...rule, entityId, cidr: cidr ?? '' };
  });
}

function isItemtype(text: string): boolean {
  return (coreItemtypes as readonly string[]).includes(text) || customItemtypePattern.test(text);
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
