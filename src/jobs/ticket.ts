import { timingSafeEqual } from 'node:crypto';
import { jobModules, type JobModule } from '../domain/passed-task';
import type { SecretHash } from '../domain/pepper';

/**
 * What stands in the path of the URL that an agent gets its jobs under: such requests carry no key where the key
 * stands in the server's URL. Signed, not stored; dies with its key and generation, and after an hour; good for one
 * agent and one module.
 * Form: `grj_<base64url(kid.generation.expirySeconds.module.deviceid)>.<base64url(HMAC)>`.
 */
export interface Ticket {
  readonly kid: string;
  /** Undefined: a client certificate stood for the key. */
  readonly generation: number | undefined;
  readonly module: JobModule;
  readonly deviceid: string;
}

/** Agents poll for a schedule and run it at once; a deploy job may download for a while. */
export const ticketLifetimeSeconds = 3600;
const prefix = 'grj_';
/** A deviceid of 255 characters, four bytes each, with what stands beside it in base64. */
const maxTicketChars = 2048;

export type ReadTicket =
  { readonly state: 'valid'; readonly ticket: Ticket } | { readonly state: 'invalid' | 'expired' };

/** `macOf`: with the active pepper. */
export function issueTicket(ticket: Ticket, now: Date, macOf: (text: string) => Buffer): string {
  const { kid, generation = 0, module, deviceid } = ticket;
  const expirySeconds = Math.floor(now.getTime() / 1000) + ticketLifetimeSeconds;
  const claims = [kid, generation, expirySeconds, module, deviceid].join('.');
  const body = prefix + Buffer.from(claims).toString('base64url');
  return `${body}.${macOf(body).toString('base64url')}`;
}

/** `hashesOf`: with every pepper that counts. */
export function readTicket(
  text: string,
  now: Date,
  hashesOf: (text: string) => readonly SecretHash[],
): ReadTicket {
  const dot = text.lastIndexOf('.');
  if (text.length > maxTicketChars || !text.startsWith(prefix) || dot < 0) return { state: 'invalid' };
  const body = text.slice(0, dot);
  const signature = Buffer.from(text.slice(dot + 1), 'base64url');
  const isSigned = hashesOf(body).some(
    ({ mac }) => signature.length === mac.length && timingSafeEqual(signature, mac),
  );
  if (!isSigned) return { state: 'invalid' };
  const [kid = '', generation = '', expiry = '', name = '', ...rest] = Buffer.from(
    body.slice(prefix.length),
    'base64url',
  )
    .toString()
    .split('.');
  const module = jobModules.find((one) => one === name);
  if (module === undefined) return { state: 'invalid' };
  if (Number(expiry) * 1000 <= now.getTime()) return { state: 'expired' };
  const ticket = { kid, generation: Number(generation) || undefined, module, deviceid: rest.join('.') };
  return { state: 'valid', ticket };
}
