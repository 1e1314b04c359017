import type { AgentMessage } from '../domain/inventory';
import { maxProxyHops } from '../domain/proxy-id';
import { reasonOf } from '../domain/refusal-reason';
import type { RegistrationKey } from '../domain/registration-key';
import { refused, type Passed, type Refused } from '../domain/verdict';
import type { Authenticated } from './authenticate';
import { authenticateRequest, counted } from './authenticate-request';
import type { IngestPorts } from './ports';
import type { RateLimited, RateLimits } from './rate-limits';
import type { ReceivedSubmission } from './received-submission';
import { toolDeviceid } from './validate';

export interface AdmitDeps {
  readonly ports: IngestPorts;
  readonly limits: RateLimits;
  /** A good key came under a URL that it is not bound to. */
  readonly onUrlMismatch?: ((kid: string) => void) | undefined;
  /** By which this installation names itself in GLPI-Proxy-ID, under each pepper that counts. */
  readonly ownProxyIds?: readonly string[] | undefined;
}

/** `leavesBody`: nothing more is done for this sender, not even reading away what it sends. */
export type Admission = Passed<Authenticated> | (Refused & { readonly leavesBody: boolean });

/**
 * Authenticates a request and holds it against the limits of its key and address. Bad attempts have a limit of their
 * own, so that whoever floods uses up nothing of what good keys behind the same address need.
 */
export async function admitRequest(deps: AdmitDeps, received: ReceivedSubmission): Promise<Admission> {
  const { ports, limits } = deps;
  const address = received.origin.clientAddress;
  const now = received.receivedAt;
  const mayRecord = (kid: string): boolean => limits.ofProvedRefusal(kid, now) === undefined;
  const result = await authenticateRequest(ports, received, mayRecord);
  if (result.verdict === 'passed') {
    const { key, registered } = result.value;
    // Behind a relay stands a whole site: its address and its devices come from there.
    const met = registered?.kind === 'relay' ? limits.ofRelay(key, now) : limits.ofKey(key, address, now);
    const stop = met === undefined ? proxyStop(received, deps.ownProxyIds ?? []) : rateLimited(met);
    if (stop === undefined) return result;
    const { kid, instanceId } = key;
    return { ...counted(ports, received, stop, { kid, instanceId }), leavesBody: false };
  }
  if (result.reason === 'key_url_mismatch') deps.onUrlMismatch?.(String(result.evidence.kid));
  const met = limitOfRefused(limits, result, address, now);
  // Who asks without a key may go on to show one, and is answered at once until there are too many of him.
  if (isUnproved(result) || met !== undefined) await received.refusalDue();
  // It is counted already, under the reason for which it was not let in.
  return met === undefined ? { ...result, leavesBody: false } : { ...rateLimited(met), leavesBody: true };
}

/** Holds a body against the limit of the device that sent it of itself; counted when it met it. */
export function admitDevice(
  { ports, limits }: AdmitDeps,
  received: ReceivedSubmission,
  { kid, instanceId }: RegistrationKey,
  messages: readonly AgentMessage[],
): Refused | undefined {
  const deviceid = deviceidOf(messages);
  if (deviceid === undefined) return undefined;
  const device = {
    kid,
    address: received.relayed?.origin.address ?? received.origin.clientAddress,
    agentid: received.headers.agentid,
    deviceid,
  };
  const met = limits.ofDevice(device, received.receivedAt);
  return met && counted(ports, received, rateLimited(met), { kid, instanceId });
}

/** Undefined for what agents report of others, which may be hundreds in a row, and for what names no device. */
function deviceidOf([message, second]: readonly AgentMessage[]): string | undefined {
  if (message === undefined || second !== undefined || message.kind === 'job-control') return undefined;
  const { kind, deviceid } = message;
  if (typeof deviceid !== 'string' && typeof deviceid !== 'number') return undefined;
  const isOfOthers = kind === 'inventory' && (message.action !== 'inventory' || deviceid === toolDeviceid);
  return isOfOthers ? undefined : String(deviceid);
}

/** What was passed on from here must not come back, and a chain has an end. */
function proxyStop(
  { headers: { proxyIds } }: ReceivedSubmission,
  own: readonly string[],
): Refused | undefined {
  if (proxyIds.some((id) => own.includes(id))) return refused('proxy_loop', { proxyIds });
  return proxyIds.length > maxProxyHops ? refused('proxy_chain_too_long', { proxyIds }) : undefined;
}

function limitOfRefused(
  limits: RateLimits,
  { reason, evidence }: Refused,
  address: string,
  now: Date,
): RateLimited | undefined {
  // Agents with user and password ask without them first, each time: what they wait for is the challenge.
  if (reason === 'key_missing') return limits.ofAnonymous(address, now);
  const kid = typeof evidence.kid === 'string' ? evidence.kid : undefined;
  return isUnproved({ reason }) ? limits.ofRefused(address, kid, now) : undefined;
}

/** It showed a credential, and not a good one. Without any, it waits for the challenge. */
function isUnproved({ reason }: Pick<Refused, 'reason'>): boolean {
  const { beforeKey, folded } = reasonOf(reason);
  return reason !== 'key_missing' && (beforeKey === true || folded === true);
}

function rateLimited({ limit, perMinute }: RateLimited): Refused {
  return refused('rate_limited', { limit, perMinute });
}
