import { canonicalUrl } from '../domain/canonical-url';
import { issueSecret } from '../domain/key-format';
import { hashOf, type Peppers } from '../domain/pepper';
import type { Registered } from '../domain/registered-instance';
import type { RegistrationKey } from '../domain/registration-key';
import { bindingOf, boundText } from '../domain/url-binding';
import type { NewToken, RegistrationPorts } from './ports';
import type { RegistrationRequest } from './registration-request';

export interface RegistrationRules {
  /** From one validation to the next. */
  readonly validateEveryMs: number;
  /** How long an installation goes on without one. Its token is good for as long. */
  readonly graceMs: number;
  readonly maxRegistrationsPerKey: number;
}

export interface AnswerDeps {
  readonly ports: Pick<RegistrationPorts, 'register' | 'noteRegistrationRefused'>;
  readonly peppers: Peppers;
  readonly random: (bytes: number) => Buffer;
  readonly rules: RegistrationRules;
}

/** Who asks: the key is proved and good under the URL that was seen. */
export interface Asking {
  readonly key: RegistrationKey;
  readonly generation: number | undefined;
  /** Undefined when the key itself was shown. */
  readonly registered: Registered | undefined;
  readonly sourceAddress: string;
  readonly at: Date;
}

export type RegistrationAnswer =
  | {
      readonly ok: true;
      readonly registrationId: string;
      readonly isNew: boolean;
      /** Null: the one that was shown is good for longer. */
      readonly token: string | null;
      readonly tokenExpiresAt: string | null;
      readonly validateEverySeconds: number;
      readonly graceSeconds: number;
    }
  | { readonly ok: false; readonly code: RegistrationRefusal; readonly detail: RefusalDetail };

export type RegistrationRefusal =
  | 'key_url_mismatch'
  | 'key_wrong_scope'
  | 'registration_revoked'
  | 'registration_limit'
  | 'installation_mismatch';

export interface RefusalDetail {
  readonly seen?: string;
  readonly expected?: readonly string[];
}

/** Registers an installation, or validates it again. The same call does both: registering twice is registering once. */
export async function answerRegistration(
  deps: AnswerDeps,
  { key, generation, registered, sourceAddress, at }: Asking,
  request: RegistrationRequest,
): Promise<RegistrationAnswer> {
  const { ports, rules } = deps;
  const refuse = async (
    code: RegistrationRefusal,
    detail: RefusalDetail = {},
  ): Promise<RegistrationAnswer> => {
    if (registered !== undefined) {
      const { instanceId, registrationId } = registered;
      await ports.noteRegistrationRefused({ instanceId, registrationId, at, reason: code });
    }
    return { ok: false, code, detail };
  };
  if (registered !== undefined && registered.installationId !== request.installationId) {
    return refuse('installation_mismatch');
  }
  if (request.kind === 'relay' && !key.scopes.includes('relay')) return refuse('key_wrong_scope');
  // The URL of the request fits, but a proxy may have made it so: what the installation was told must fit, too.
  const server = canonicalUrl(request.serverUrl);
  if (server === undefined || bindingOf(key, server, at).by === 'none') {
    return refuse('key_url_mismatch', { seen: request.serverUrl, expected: boundText(key, at) });
  }
  const token = needsToken(registered, at) ? issueSecret('gri', deps.random) : undefined;
  const expiresAt = new Date(at.getTime() + rules.graceMs);
  const outcome = await ports.register({
    ...request,
    instanceId: key.instanceId,
    kid: key.kid,
    // A certificate may have stood for the key, without any secret that could be too old.
    generation: generation ?? key.generations[0]?.generation ?? 1,
    sourceAddress,
    at,
    maxOfKey: rules.maxRegistrationsPerKey,
    token: token && newToken(deps.peppers, token, expiresAt),
    shownTokenId: registered?.token.tokenId,
  });
  if (outcome.state === 'revoked') return refuse('registration_revoked');
  if (outcome.state === 'limit') return refuse('registration_limit');
  return {
    ok: true,
    registrationId: outcome.registrationId,
    isNew: outcome.isNew,
    token: token?.full ?? null,
    tokenExpiresAt: token === undefined ? null : expiresAt.toISOString(),
    validateEverySeconds: Math.round(rules.validateEveryMs / 1000),
    graceSeconds: Math.round(rules.graceMs / 1000),
  };
}

/** A new one when the key was shown, and from half of the old one's life on. */
function needsToken(registered: Registered | undefined, at: Date): boolean {
  if (registered === undefined) return true;
  const { issuedAt, expiresAt } = registered.token;
  return at.getTime() - issuedAt.getTime() >= (expiresAt.getTime() - issuedAt.getTime()) / 2;
}

function newToken(
  peppers: Peppers,
  { id, full }: { readonly id: string; readonly full: string },
  expiresAt: Date,
): NewToken {
  return { tokenId: id, hash: hashOf(peppers, full), expiresAt };
}
