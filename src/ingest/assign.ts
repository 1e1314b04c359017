import ipaddr from 'ipaddr.js';
import type { DeviceIdentity } from '../domain/identity';
import { isJsonObject, type JsonValue, type ValidInventory } from '../domain/inventory';
import { networkCheck } from '../domain/network';
import type { AssignmentRule, RegistrationKey } from '../domain/registration-key';
import { passed, quarantined, type HoldableResult } from '../domain/verdict';
import { claimedTag } from './claimed-tag';
import type { Identified } from './identify';
import { matchesWildcard } from './wildcard';

export interface Assigned {
  readonly entityId: string;
  /** What decided, in words for the admin, e.g. "rule 2: tag PAR-*". */
  readonly because: string;
}

/** Longest text of an agent that a rule is compared with. */
const maxComparedChars = 255;

/**
 * Names the entity of the submission's asset. A known asset stays where it is; a new one goes where the tag map or
 * the first fitting rule of the key says, else to the key's own entity.
 */
export function assign(
  inventory: ValidInventory,
  identity: DeviceIdentity,
  key: RegistrationKey,
  identified: Identified,
  sourceAddress: string,
  /** Of the sender's certificate, when a CA of the key vouches for it. */
  certificateSubject?: string,
): HoldableResult<Assigned> {
  if (identified.kind === 'known') {
    return passed({ entityId: identified.asset.entityId, because: 'known asset keeps its entity' });
  }
  const tag = claimedTag(inventory);
  if (key.tagPolicy === 'map' && tag !== undefined) {
    const entityId = key.taggedEntities.get(tag);
    if (entityId === undefined) return quarantined('entity_not_found', { tag: inventory.tag });
    return passed({ entityId, because: 'tag map: the entity carries the tag of the agent' });
  }
  if (key.rules.length === 0) return passed({ entityId: key.entityId, because: 'entity of the key' });
  const claims = claimsOf(inventory, identity, tag);
  const subject = key.clientCa === null ? undefined : certificateSubject;
  for (const [i, rule] of key.rules.entries()) {
    if (fits(rule, claims, sourceAddress, subject)) {
      return passed({ entityId: rule.entityId, because: `rule ${i + 1}: ${wordsOf(rule)}` });
    }
  }
  return passed({ entityId: key.entityId, because: 'entity of the key' });
}

/** What conditions of a rule are compared with: each may have several spellings, or none. */
type Claims = Readonly<Record<TextCondition, readonly string[]>>;
const textConditions = ['tag', 'hostname', 'domain', 'itemtype'] as const;
type TextCondition = (typeof textConditions)[number];

function claimsOf(inventory: ValidInventory, identity: DeviceIdentity, tag: string | undefined): Claims {
  const hardware = objectOf(inventory.content.hardware);
  const system = objectOf(inventory.content.operatingsystem);
  const device = objectOf(inventory.content.network_device);
  const names = texts([hardware.name, system.fqdn, device.name]);
  return {
    tag: texts([tag]),
    hostname: [...texts([identity.hostname]), ...names],
    domain: [...texts([hardware.workgroup, system.dns_domain]), ...names.flatMap(domainPart)],
    itemtype: [inventory.itemtype],
  };
}

/** A rule without any condition fits nothing: the key's entity is what serves for all. */
function fits(
  rule: AssignmentRule,
  claims: Claims,
  sourceAddress: string,
  subject: string | undefined,
): boolean {
  const given = textConditions.filter((condition) => rule[condition] !== undefined);
  if (given.length === 0 && rule.cidr === undefined && rule.certificate === undefined) return false;
  const areTextsFitting = given.every((condition) =>
    claims[condition].some((claim) => matchesWildcard(rule[condition] ?? '', claim)),
  );
  return (
    areTextsFitting &&
    (rule.cidr === undefined || isInside(rule.cidr, sourceAddress)) &&
    (rule.certificate === undefined || isSubject(rule.certificate, subject))
  );
}

/** Longest subject that a rule is compared with: a longer one fits nothing, instead of being cut to what fits. */
export const maxSubjectChars = 1024;

function isSubject(pattern: string, subject: string | undefined): boolean {
  return subject !== undefined && subject.length <= maxSubjectChars && matchesWildcard(pattern, subject);
}

/** An address or network that cannot be read fits nothing. */
function isInside(cidr: string, address: string): boolean {
  return ipaddr.isValidCIDR(cidr) && networkCheck([cidr])(address);
}

function wordsOf(rule: AssignmentRule): string {
  return (['tag', 'hostname', 'domain', 'itemtype', 'cidr', 'certificate'] as const)
    .flatMap((condition) => (rule[condition] === undefined ? [] : [`${condition} ${rule[condition]}`]))
    .join(', ');
}

function domainPart(name: string): readonly string[] {
  const dot = name.indexOf('.');
  return dot < 0 || ipaddr.isValid(name) ? [] : texts([name.slice(dot + 1)]);
}

function objectOf(value: JsonValue | undefined): Readonly<Record<string, JsonValue | undefined>> {
  return isJsonObject(value) ? value : {};
}

function texts(values: readonly (JsonValue | undefined)[]): readonly string[] {
  return values.flatMap((value) => {
    const text = typeof value === 'string' ? value.slice(0, maxComparedChars).trim() : '';
    return text === '' ? [] : [text];
  });
}
