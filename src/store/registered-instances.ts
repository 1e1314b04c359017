import { sql, type Kysely } from 'kysely';
import type { Pool } from 'pg';
import type { InstallationKind, Registered } from '../domain/registered-instance';
import type { NewRegistration, RegisterOutcome, RegistrationPorts } from '../registration/ports';
import { appendAudit } from './audit';
import { createKnownCheck } from './keys/known-kids';
import type { Tables } from './tables';

export interface RegistrationStoreDeps {
  readonly db: Kysely<Tables>;
  readonly pool: Pool;
  readonly newId: () => string;
}

export interface RegistrationStore extends RegistrationPorts {
  findRegistration(tokenId: string): Promise<Registered | undefined>;
}

/** Tokens of one installation: the one in use, the one before it whose answer may have been lost, and a spare. */
const maxTokens = 3;

export function createRegistrationStore({ db, pool, newId }: RegistrationStoreDeps): RegistrationStore {
  const isKnownToken = createKnownCheck(pool, {
    name: 'known_registration_tokens',
    text: 'SELECT token_id AS id FROM registration_token WHERE token_id = ANY($1::text[])',
  });
  return {
    // Most ids are invented where somebody guesses.
    findRegistration: async (tokenId) =>
      (await isKnownToken(tokenId)) ? await findByToken(db, tokenId) : undefined,
    register: (installation) => db.transaction().execute((trx) => register(trx, installation, newId)),
    noteRegistrationRefused: async ({ instanceId, registrationId, at, reason }) => {
      await db
        .updateTable('registered_instance')
        .set({ refused_at: at, refused_reason: reason })
        .where('instance_id', '=', instanceId)
        .where('registration_id', '=', registrationId)
        .execute();
    },
    takeNonce: async (nonceId, mac, now) => {
      const taken = await db
        .deleteFrom('echo_nonce')
        .where('nonce_id', '=', nonceId)
        .where('mac', '=', mac)
        .returning('expires_at')
        .executeTakeFirst();
      return taken !== undefined && taken.expires_at > now;
    },
  };
}

async function findByToken(db: Kysely<Tables>, tokenId: string): Promise<Registered | undefined> {
  const row = await db
    .selectFrom('registration_token as t')
    .innerJoin('registered_instance as r', (join) =>
      join.onRef('r.instance_id', '=', 't.instance_id').onRef('r.registration_id', '=', 't.registration_id'),
    )
    .select(['t.mac', 't.pepper_id', 't.generation', 't.issued_at', 't.expires_at'])
    .select(['r.instance_id', 'r.registration_id', 'r.installation_id', 'r.kid', 'r.kind', 'r.name'])
    .select('r.revoked_at')
    .where('t.token_id', '=', tokenId)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return {
    instanceId: row.instance_id,
    registrationId: row.registration_id,
    installationId: row.installation_id,
    kid: row.kid,
    kind: row.kind as InstallationKind,
    name: row.name,
    revokedAt: row.revoked_at,
    token: {
      tokenId,
      mac: row.mac,
      pepperId: row.pepper_id,
      generation: row.generation,
      issuedAt: row.issued_at,
      expiresAt: row.expires_at,
    },
  };
}

async function register(
  trx: Kysely<Tables>,
  one: NewRegistration,
  newId: () => string,
): Promise<RegisterOutcome> {
  const { instanceId, kid, at } = one;
  // Counting and adding must not run side by side.
  await sql`SELECT pg_advisory_xact_lock(hashtextextended('registration ' || ${kid}, ${instanceId}))`.execute(
    trx,
  );
  const known = await trx
    .selectFrom('registered_instance')
    .select(['registration_id', 'revoked_at'])
    .where('instance_id', '=', instanceId)
    .where('kid', '=', kid)
    .where('installation_id', '=', one.installationId)
    .executeTakeFirst();
  if (known !== undefined && known.revoked_at !== null) {
    return { state: 'revoked', registrationId: known.registration_id };
  }
  const registrationId = known?.registration_id ?? newId();
  const said = columnsOf(one);
  const id = { instance_id: instanceId, registration_id: registrationId };
  if (known === undefined) {
    if ((await countOfKey(trx, one)) >= one.maxOfKey) return { state: 'limit' };
    await trx
      .insertInto('registered_instance')
      .values({ ...id, kid, installation_id: one.installationId, registered_at: at, ...said })
      .execute();
  } else {
    await trx
      .updateTable('registered_instance')
      .set(said)
      .where('instance_id', '=', instanceId)
      .where('registration_id', '=', registrationId)
      .execute();
  }
  await renewTokens(trx, one, registrationId);
  // A validation is no decision; a new installation is one, made by whoever holds the key.
  if (known === undefined) await recordNew(trx, one, { auditId: newId(), registrationId });
  return { state: 'registered', registrationId, isNew: known === undefined };
}

function columnsOf(one: NewRegistration) {
  return {
    kind: one.kind,
    name: one.name,
    version: one.version,
    server_url: one.serverUrl,
    own_url: one.ownUrl,
    handshake: one.handshake,
    generation: one.generation,
    source_address: one.sourceAddress,
    last_validated_at: one.at,
    refused_at: null,
    refused_reason: null,
  };
}

/** Installations that registered with the key and are not revoked. */
async function countOfKey(trx: Kysely<Tables>, { instanceId, kid }: NewRegistration): Promise<number> {
  const { count } = await trx
    .selectFrom('registered_instance')
    .select((of) => of.fn.countAll<number>().as('count'))
    .where('instance_id', '=', instanceId)
    .where('kid', '=', kid)
    .where('revoked_at', 'is', null)
    .executeTakeFirstOrThrow();
  return count;
}

async function recordNew(
  trx: Kysely<Tables>,
  { instanceId, kid, kind, name, version, sourceAddress, at }: NewRegistration,
  { auditId, registrationId }: { readonly auditId: string; readonly registrationId: string },
): Promise<void> {
  const detail = { kid, kind, name, version, sourceAddress };
  const entry = { at, actor: `key ${kid}`, action: 'registration.create', object: registrationId, detail };
  await appendAudit(trx, instanceId, [{ auditId, ...entry }]);
}

/** What was given out before the token that was shown has done its work; so has what has expired. */
async function renewTokens(trx: Kysely<Tables>, one: NewRegistration, registrationId: string): Promise<void> {
  const { instanceId, token, at } = one;
  const tokens = await trx
    .selectFrom('registration_token')
    .select(['token_id', 'issued_at', 'expires_at'])
    .where('instance_id', '=', instanceId)
    .where('registration_id', '=', registrationId)
    .orderBy('issued_at', 'desc')
    .orderBy('token_id')
    .execute();
  const shown = tokens.find(({ token_id }) => token_id === one.shownTokenId);
  const ended = tokens.filter(
    ({ issued_at, expires_at }, place) =>
      expires_at <= at ||
      (shown !== undefined && issued_at < shown.issued_at) ||
      (token !== undefined && place >= maxTokens - 1),
  );
  if (ended.length > 0) {
    await trx
      .deleteFrom('registration_token')
      .where('instance_id', '=', instanceId)
      .where(
        'token_id',
        'in',
        ended.map(({ token_id }) => token_id),
      )
      .execute();
  }
  if (token === undefined) return;
  await trx
    .insertInto('registration_token')
    .values({
      instance_id: instanceId,
      token_id: token.tokenId,
      registration_id: registrationId,
      mac: token.hash.mac,
      pepper_id: token.hash.pepperId,
      generation: one.generation,
      issued_at: at,
      expires_at: token.expiresAt,
    })
    .execute();
}
