import { isIP } from 'node:net';
import { isJsonObject } from './inventory';

/** Where an agent posted to a relay, as that relay says. Null: it did not say. */
export interface RelayedOrigin {
  /** Public part of the key that the agent used there. */
  readonly kid: string | null;
  /** Of the agent, as the relay saw it. */
  readonly address: string | null;
  /** ISO 8601, by the relay's clock. */
  readonly receivedAt: string | null;
  /** UUID, there. */
  readonly submissionId: string | null;
}

/** A relay on the way, as the one after it knows it by its registration. */
export interface RelayHop {
  readonly registrationId: string;
  readonly name: string | null;
  readonly address: string;
  /** ISO 8601: when it was handed on by this relay. */
  readonly receivedAt: string;
}

/** By whom a submission was handed on; relays are registered, and vouch for what was before them. */
export interface Relayed {
  readonly origin: RelayedOrigin;
  /** In the order of the way: the nearest one last. */
  readonly relays: readonly RelayHop[];
}

/** How a submission came, beyond its connection: what is kept of it. */
export interface Via {
  /** UUIDs of agents' proxies and of Gatehouses that it passed, nearest last: words of the sender. */
  readonly proxyIds: readonly string[];
  readonly relayed: Relayed | null;
}

/** Undefined: it came from an agent, and through nobody's hands. */
export function viaOf(proxyIds: readonly string[], relayed: Relayed | undefined): Via | undefined {
  return proxyIds.length === 0 && relayed === undefined ? undefined : { proxyIds, relayed: relayed ?? null };
}

/** Relays that are told of; more there cannot be, see maxProxyHops. */
const maxRelays = 8;
/** Of the header that carries it, in characters. */
export const maxOriginLength = 6000;
const maxTextLength = 255;

/** What a relay says of a submission, for the header Gatehouse-Origin: base64url of JSON. */
export function writeRelayed(relayed: Relayed): string {
  return Buffer.from(JSON.stringify(relayed)).toString('base64url');
}

/** Undefined: nothing that a relay writes. Everything in it is checked in form and length. */
export function readRelayed(text: string): Relayed | undefined {
  const said = parsed(text);
  if (said === undefined || !Array.isArray(said.relays) || said.relays.length > maxRelays) return undefined;
  const origin = objectOf(said.origin);
  const relays = said.relays.map((one) => readHop(objectOf(one)));
  if (origin === undefined || relays.some((hop) => hop === undefined)) return undefined;
  return {
    origin: {
      kid: matching(origin.kid, /^[0-9A-Za-z]{10,12}$/),
      address: addressOf(origin.address),
      receivedAt: timeOf(origin.receivedAt),
      submissionId: matching(origin.submissionId, uuid),
    },
    relays: relays.filter((hop) => hop !== undefined),
  };
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function readHop(hop: Record<string, unknown> | undefined): RelayHop | undefined {
  const registrationId = matching(hop?.registrationId, uuid);
  const address = addressOf(hop?.address);
  const receivedAt = timeOf(hop?.receivedAt);
  if (registrationId === null || address === null || receivedAt === null) return undefined;
  return { registrationId, name: matching(hop?.name, /^[^\p{C}]+$/u), address, receivedAt };
}

function matching(value: unknown, pattern: RegExp): string | null {
  return typeof value === 'string' && value.length <= maxTextLength && pattern.test(value) ? value : null;
}

function addressOf(value: unknown): string | null {
  return typeof value === 'string' && value.length <= 64 && isIP(value) !== 0 ? value : null;
}

function timeOf(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > 40) return null;
  const time = new Date(value);
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
}

function parsed(text: string): Record<string, unknown> | undefined {
  if (text.length > maxOriginLength || !/^[\w-]+$/.test(text)) return undefined;
  try {
    return objectOf(JSON.parse(Buffer.from(text, 'base64url').toString()));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function objectOf(value: unknown): Record<string, unknown> | undefined {
  return isJsonObject(value) ? value : undefined;
}
