import { seal, SealBroken, unseal } from '../domain/sealed-text';
import { oidcRoleOf, type OidcRole } from '../domain/oidc-role';
import { claimOf, OidcFault, type Claims, type OidcProvider, type PendingSignIn } from '../oidc/provider';
import { findInstance } from '../store/instances';
import type { AdminDeps } from './admin-deps';
import { listEntities } from './entities';
import { firstInstanceId } from './instances';
import { startSession, type SessionRules, type SignInPlace, type StartedSession } from './sessions';

/** Signing in with an OpenID provider: for the first instance, whose admins run the installation. */
export interface OidcSignIn {
  readonly provider: OidcProvider;
  readonly claim: string;
  readonly roles: readonly OidcRole[];
  /** On the button. */
  readonly label: string;
  /** Whether signing out of the console goes on to the provider. */
  readonly signsOutThere: boolean;
}

type Deps = AdminDeps & { readonly sessionRules: SessionRules; readonly oidc: OidcSignIn };

/** Where the console goes on to when it has signed out. */
export const oidcSignOutPath = '/api/v1/session/oidc/sign-out';
export const oidcCallbackPath = '/api/v1/session/oidc/callback';
/** Time for somebody to sign in at the provider. */
export const signInMinutes = 10;
const minuteMs = 60_000;
const purpose = 'oidc sign-in';
const hintPurpose = 'oidc sign-out';
const maxNameLength = 200;

interface Kept extends PendingSignIn {
  readonly startedAt: number;
  /** Where in the console the person wanted to go. */
  readonly to: string;
}

/** Where the browser goes, and what it keeps meanwhile: readable for Gatehouse only. Throws OidcFault. */
export async function beginOidc(
  deps: Deps,
  to: string,
): Promise<{ readonly url: string; readonly kept: string }> {
  const { url, pending } = await deps.oidc.provider.begin(await redirectUriOf(deps));
  const kept: Kept = { ...pending, startedAt: deps.now().getTime(), to };
  const { pepperId, bytes } = seal(deps.peppers, JSON.stringify(kept), purpose, deps.random);
  return { url, kept: `${pepperId}.${bytes.toString('base64url')}` };
}

export interface OidcSession {
  readonly started: StartedSession;
  readonly to: string;
  /** For the browser to keep until it signs out: readable for Gatehouse only. */
  readonly signOutHint: string;
}

/**
 * Ends a sign-in: `kept` is what the browser was given, `search` what the provider sent it back with.
 * Throws OidcFault, also for somebody whom no row of OIDC_ROLES lets in.
 */
export async function finishOidc(
  deps: Deps,
  kept: string,
  search: string,
  place: SignInPlace,
): Promise<OidcSession> {
  const pending = openKept(deps, kept);
  const cameBackTo = new URL(await redirectUriOf(deps));
  cameBackTo.search = search;
  const { claims, idToken } = await deps.oidc.provider.finish(cameBackTo, pending);
  const row = oidcRoleOf(deps.oidc.roles, claimOf(claims, deps.oidc.claim));
  if (row === undefined) {
    throw new OidcFault('refused', `no row of OIDC_ROLES fits ${nameOf(claims)} (${plain(claims.sub)})`);
  }
  const entityId = await entityIdOf(deps, row);
  const person = { subject: plain(claims.sub).slice(0, 255), name: nameOf(claims), role: row.role, entityId };
  const actor = `${person.name} (OpenID ${person.subject})`;
  const token = { tokenId: '', role: row.role, entityId, expiresAt: null };
  const caller = { instanceId: firstInstanceId, actor, token };
  const started = await startSession(deps, caller, { tokenId: null, person, until: null }, place);
  return { started, to: pending.to, signOutHint: sealHint(deps, idToken) };
}

/** A browser keeps 4 KiB of a cookie, name and attributes included. */
const maxHintLength = 3_800;

/** Of an ID token that is too long for a cookie, that there was one: then the provider asks the person. */
function sealHint({ peppers, random }: Deps, idToken: string): string {
  const sealed = (text: string): string => {
    const { pepperId, bytes } = seal(peppers, text, hintPurpose, random);
    return `${pepperId}.${bytes.toString('base64url')}`;
  };
  const whole = sealed(idToken);
  return whole.length <= maxHintLength ? whole : sealed('');
}

/**
 * Where a browser that has signed out goes on to: the provider, where it can, and from there back to the console.
 * Undefined: nowhere, because it did not sign in there, or the provider has no place for it. Throws OidcFault.
 */
export async function signOutOfOidc(deps: Deps, hint: string): Promise<string | undefined> {
  if (!deps.oidc.signsOutThere) return undefined;
  const idToken = openHint(deps, hint);
  if (idToken === undefined) return undefined;
  const backTo = `${await publicUrlOf(deps)}/admin/sign-in`;
  return await deps.oidc.provider.signOutUrl(idToken === '' ? undefined : idToken, backTo);
}

/** Empty: there was one that was too long. Undefined: whoever sent it did not get it from us. */
function openHint({ peppers }: Deps, hint: string): string | undefined {
  const [pepperId = '', bytes = ''] = hint.split('.');
  try {
    return unseal(peppers, { pepperId, bytes: Buffer.from(bytes, 'base64url') }, hintPurpose);
  } catch (error) {
    if (error instanceof SealBroken) return undefined;
    throw error;
  }
}

function openKept({ peppers, now }: Deps, kept: string): Kept {
  const [pepperId = '', bytes = ''] = kept.split('.');
  try {
    const text = unseal(peppers, { pepperId, bytes: Buffer.from(bytes, 'base64url') }, purpose);
    const read = JSON.parse(text) as Kept;
    if (now().getTime() - read.startedAt <= signInMinutes * minuteMs) return read;
  } catch (error) {
    if (!(error instanceof SealBroken)) throw error;
  }
  throw new OidcFault('refused', 'the sign-in was not begun in this browser, or too long ago');
}

async function redirectUriOf(deps: Deps): Promise<string> {
  return `${await publicUrlOf(deps)}${oidcCallbackPath}`;
}

/** The first URL of the instance: the one that is registered at the provider. */
async function publicUrlOf({ db }: Deps): Promise<string> {
  return (await findInstance(db, firstInstanceId))?.publicUrls[0] ?? '';
}

/** As people know each other: controls and brackets, which the audit's actor is taken apart by, are no part of it. */
function nameOf({ preferred_username: user, email, name, sub }: Claims): string {
  const isText = (one: unknown): one is string => typeof one === 'string' && one.trim() !== '';
  return plain([name, user, email].find(isText) ?? sub).slice(0, maxNameLength);
}

function plain(text: string): string {
  return text.replace(/[()\p{C}]/gu, ' ').trim();
}

async function entityIdOf(deps: Deps, { entity }: OidcRole): Promise<string | null> {
  if (entity === undefined) return null;
  const spelled = (text: string): string =>
    text
      .trim()
      .toLowerCase()
      .replace(/\s*>\s*/g, ' > ');
  const wanted = spelled(entity);
  const caller = { instanceId: firstInstanceId, actor: 'OIDC_ROLES' };
  let after: string | undefined;
  do {
    const page = await listEntities(deps, caller, { limit: 500, ...(after === undefined ? {} : { after }) });
    const found = page.items.find(
      ({ id, completeName }) => id === wanted || spelled(completeName) === wanted,
    );
    if (found !== undefined) return found.id;
    after = page.next ?? undefined;
  } while (after !== undefined);
  throw new OidcFault('refused', `OIDC_ROLES names the entity "${entity}", which is not there`);
}
