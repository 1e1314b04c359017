import { Problem, type FieldError } from '../../domain/problem';
import { seal, SealBroken, unseal } from '../../domain/sealed-text';
import type { GlpiApiCredentials } from '../../glpi/glpi-api';
import { glpiRootOf, isOwnHost } from '../../glpi/glpi-root';
import * as store from '../../store/glpi/glpi-api-settings';
import type { AdminDeps, Caller, Transaction } from '../admin-deps';
import { recordAudit } from '../record-audit';

/** As an admin writes it; the secrets in it are never shown again. */
export interface GlpiApiInput {
  /** Root of GLPI. */
  readonly url: string;
  /** Of the legacy API. */
  readonly userToken?: string;
  readonly appToken?: string;
  /** Of the API of GLPI 11. */
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly userName?: string;
  readonly password?: string;
}

export interface GlpiApiView {
  readonly url: string;
  readonly api: 'legacy' | 'high-level';
  readonly clientId: string | null;
  readonly userName: string | null;
  readonly hasAppToken: boolean;
  readonly changedAt: string;
  /** When entities were last taken over from GLPI, or tried to be, and what came of it. */
  readonly importedAt: string | null;
  readonly lastImport: unknown;
}

/** Everything to begin a conversation with the GLPI of an instance. Holds secrets. */
export interface GlpiAccess {
  readonly url: string;
  readonly credentials: GlpiApiCredentials;
}

const purposeOf = (instanceId: number): string => `glpi api of instance ${instanceId}`;

/** Throws Problem `glpi_api_missing`. */
export async function getGlpiApi(deps: AdminDeps, caller: Caller): Promise<GlpiApiView> {
  return viewOf(await requireStored(deps.db, caller.instanceId));
}

/** Throws Problem `body_invalid`. Whether GLPI takes the credential shows when it is used: `glpi entities --preview`. */
export async function setGlpiApi(deps: AdminDeps, caller: Caller, input: GlpiApiInput): Promise<GlpiApiView> {
  const { instanceId } = caller;
  return await deps.db.transaction().execute(async (trx) => {
    const { url, credentials } = readInput(input);
    const { shown, hidden } = partsOf(credentials);
    const secret = seal(deps.peppers, JSON.stringify(hidden), purposeOf(instanceId), deps.random);
    await store.putGlpiApi(trx, {
      ...{ instanceId, url, secret },
      api: credentials.api,
      credential: shown,
      changedAt: deps.now(),
    });
    const view = viewOf(await requireStored(trx, instanceId));
    await recordAudit(deps, trx, caller, 'glpi-api.set', String(instanceId), {
      url,
      api: view.api,
      ...shown,
    });
    return view;
  });
}

/** Entities stay as they are. Throws Problem `glpi_api_missing`. */
export async function removeGlpiApi(deps: AdminDeps, caller: Caller): Promise<void> {
  await deps.db.transaction().execute(async (trx) => {
    await requireStored(trx, caller.instanceId);
    await store.deleteGlpiApi(trx, caller.instanceId);
    await recordAudit(deps, trx, caller, 'glpi-api.remove', String(caller.instanceId));
  });
}

/** Throws Problem `glpi_api_missing`, also when the secret cannot be read. */
export async function glpiAccess(
  deps: Pick<AdminDeps, 'db' | 'peppers'>,
  instanceId: number,
): Promise<GlpiAccess> {
  const stored = await requireStored(deps.db, instanceId);
  return { url: stored.url, credentials: joined(stored, open(deps, stored)) };
}

/**
 * At a start with KEY_PEPPER_PREVIOUS: what was sealed under it is sealed under the active pepper. What neither opens
 * stays as it is; whoever needs it then says so.
 */
export async function resealGlpiApis(
  deps: Pick<AdminDeps, 'peppers' | 'random'>,
  trx: Transaction,
): Promise<void> {
  const { active, previous } = deps.peppers;
  if (previous === undefined) return;
  for (const instanceId of await store.listGlpiApis(trx)) {
    const stored = await store.findGlpiApi(trx, instanceId);
    if (stored?.secret.pepperId !== previous.id || previous.id === active.id) continue;
    const purpose = purposeOf(instanceId);
    try {
      const text = unseal(deps.peppers, stored.secret, purpose);
      await store.resealGlpiApi(trx, instanceId, seal(deps.peppers, text, purpose, deps.random));
    } catch (error) {
      if (!(error instanceof SealBroken)) throw error;
    }
  }
}

interface Hidden {
  readonly userToken?: string | undefined;
  readonly appToken?: string | undefined;
  readonly clientSecret?: string | undefined;
  readonly password?: string | undefined;
}

function open({ peppers }: Pick<AdminDeps, 'peppers'>, { instanceId, secret }: store.StoredGlpiApi): Hidden {
  try {
    return JSON.parse(unseal(peppers, secret, purposeOf(instanceId))) as Hidden;
  } catch (error) {
    if (!(error instanceof SealBroken)) throw error;
    throw missing('The credential of GLPI’s API was sealed under a pepper that is not given. Set it again.');
  }
}

function partsOf(credentials: GlpiApiCredentials): { shown: store.PublicGlpiCredential; hidden: Hidden } {
  if (credentials.api === 'legacy') {
    const { userToken, appToken } = credentials;
    return { shown: { hasAppToken: appToken !== undefined }, hidden: { userToken, appToken } };
  }
  const { clientId, clientSecret, user } = credentials;
  return {
    shown: { clientId, ...(user === undefined ? {} : { userName: user.name }) },
    hidden: { clientSecret, password: user?.password },
  };
}

function joined({ api, credential }: store.StoredGlpiApi, hidden: Hidden): GlpiApiCredentials {
  if (api === 'legacy') return { api, userToken: hidden.userToken ?? '', appToken: hidden.appToken };
  const { clientId = '', userName } = credential;
  const user = userName === undefined ? undefined : { name: userName, password: hidden.password ?? '' };
  return { api, clientId, clientSecret: hidden.clientSecret ?? '', user };
}

/** Throws Problem `body_invalid` that quotes no secret. */
function readInput(input: GlpiApiInput): { readonly url: string; readonly credentials: GlpiApiCredentials } {
  const errors: FieldError[] = [];
  const url = glpiRootOf(input.url);
  if (url === undefined) {
    errors.push({ field: '/url', message: 'must be an http or https URL without user, query and #' });
  }
  if (url?.startsWith('http:') === true && !isOwnHost(url)) {
    errors.push({ field: '/url', message: 'must be https: the credential would be readable on the way' });
  }
  const { userToken, appToken, clientId, clientSecret, userName, password } = input;
  const isLegacy = userToken !== undefined;
  const isHighLevel = clientId !== undefined && clientSecret !== undefined;
  if (isLegacy === (clientId !== undefined || clientSecret !== undefined) || isLegacy === isHighLevel) {
    errors.push({
      field: '/userToken',
      message:
        'give userToken (and appToken) for the legacy API, or clientId and clientSecret for that of GLPI 11',
    });
  }
  if ((userName === undefined) !== (password === undefined) || (isLegacy && userName !== undefined)) {
    errors.push({ field: '/userName', message: 'goes with password, and with clientId and clientSecret' });
  }
  if (appToken !== undefined && !isLegacy)
    errors.push({ field: '/appToken', message: 'goes with userToken' });
  if (errors.length > 0 || url === undefined)
    throw new Problem('body_invalid', 'The credential of GLPI’s API is not valid.', errors);
  const user = userName === undefined || password === undefined ? undefined : { name: userName, password };
  return {
    url,
    credentials:
      userToken === undefined
        ? { api: 'high-level', clientId: clientId ?? '', clientSecret: clientSecret ?? '', user }
        : { api: 'legacy', userToken, appToken },
  };
}

async function requireStored(db: Transaction, instanceId: number): Promise<store.StoredGlpiApi> {
  const stored = await store.findGlpiApi(db, instanceId);
  if (stored !== undefined) return stored;
  throw missing('Gatehouse has no credential for the API of GLPI. Give one: gatehouse glpi api set.');
}

function missing(detail: string): Problem {
  return new Problem('glpi_api_missing', detail);
}

function viewOf(stored: store.StoredGlpiApi): GlpiApiView {
  const { credential, importedAt, lastImport } = stored;
  return {
    url: stored.url,
    api: stored.api,
    clientId: credential.clientId ?? null,
    userName: credential.userName ?? null,
    hasAppToken: credential.hasAppToken === true,
    changedAt: stored.changedAt.toISOString(),
    importedAt: importedAt?.toISOString() ?? null,
    lastImport: lastImport ?? null,
  };
}
