import type { Peppers } from '../domain/pepper';
import type { Role } from '../domain/role';
import type { Log } from '../observability/log';
import type { Database } from '../store/database';
import type { WebhookSettings } from './webhook-settings';

/** What the use cases need. One object serves the API, the console and the commands. */
export interface AdminDeps {
  readonly db: Database['db'];
  readonly peppers: Peppers;
  readonly now: () => Date;
  /** Time-ordered UUID. */
  readonly newId: () => string;
  /** Bytes from a cryptographic source. */
  readonly random: (bytes: number) => Buffer;
  readonly log: Log;
  /** How long registered installations count; default: those of the settings table. */
  readonly registrationTimes?: RegistrationTimes;
  /** How webhooks are sent; default: those of the settings table. */
  readonly webhookSettings?: WebhookSettings;
}

export interface RegistrationTimes {
  /** How often they are told to come. */
  readonly validateEveryMs: number;
  /** How long they go on without. */
  readonly graceMs: number;
}

/** On whose behalf a use case runs. Everything outside the instance does not exist for the caller. */
export interface Caller {
  readonly instanceId: number;
  /** Who is named in the audit: at most 600 characters. */
  readonly actor: string;
  /** Undefined: the operator at the command line of the host, who may do everything. */
  readonly token?: CallerToken;
  /** Of the console, when the request came by its cookie. */
  readonly session?: CallerSession;
}

export interface CallerSession {
  readonly sessionId: string;
  /** What every request that may change something must bring beside the cookie. */
  readonly csrf: string;
  readonly expiresAt: Date;
}

/** What the caller's admin token allows. */
export interface CallerToken {
  /** Of a session without token: the session's id. */
  readonly tokenId: string;
  readonly role: Role;
  /** Everything outside this entity's subtree does not exist for the caller; null: no limit. */
  readonly entityId: string | null;
  readonly expiresAt: Date | null;
}

/** The same as `db`, bound to a transaction. Within one, every query takes it. */
export type Transaction = AdminDeps['db'];
