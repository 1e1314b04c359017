import { randomBytes } from 'node:crypto';
import { v7 } from 'uuid';
import { bootstrap } from '../../src/admin/bootstrap';
import { verifyToken } from '../../src/admin/tokens';
import { issueSecret } from '../../src/domain/key-format';
import { hashOf, peppersOf } from '../../src/domain/pepper';
import { createLog } from '../../src/observability/log';
import { openDatabase } from '../../src/store/database';
import { migrate, readMigrations } from '../../src/store/migrate';
import { findKeyByKid } from '../../src/store/keys/find-key-by-kid';
import { createEmptyDatabase } from '../support/test-database';

test('a database of the first version keeps its keys, tokens and agents, and who used what', async () => {
  const database = await createEmptyDatabase();
  const [first] = readMigrations();
  await migrate(database.url, { migrations: first === undefined ? [] : [first] });
  const opened = openDatabase(database.url, {
    maxConnections: 2,
    connectTimeoutMs: 5000,
    statementTimeoutMs: 30_000,
  });
  const peppers = peppersOf(randomBytes(32));
  const key = issueSecret('grk', randomBytes);
  const token = issueSecret('gra', randomBytes);
  const at = new Date('2026-01-02T03:04:05.000Z');
  const run = (text: string, values: unknown[]) => opened.pool.query(text, values);
  const { macOf, check } = peppers.active;
  await run(`INSERT INTO installation (pepper_check, created_at) VALUES ($1, $2)`, [check, at]);
  await run(`INSERT INTO instance VALUES (1, 'default', '{http://localhost:8080}', $1)`, [at]);
  const entity = v7();
  await run(`INSERT INTO entity (instance_id, entity_id, name, created_at) VALUES (1, $1, 'Root', $2)`, [
    entity,
    at,
  ]);
  await run(
    `INSERT INTO registration_key (instance_id, kid, name, mac, hint, entity_id, mode, carriers, tag_policy, created_at,
       created_by, last_used_at, last_used_ip)
     VALUES (1, $1, 'old', $2, 'xxxx', $3, 'auto', '{basic}', 'ignore', $4, 'test', $4, '192.0.2.1')`,
    [key.id, macOf(key.full), entity, at],
  );
  await run(
    `INSERT INTO admin_token (instance_id, token_id, name, mac, created_at) VALUES (1, $1, 't', $2, $3)`,
    [token.id, macOf(token.full), at],
  );
  await run(
    `INSERT INTO agent (instance_id, kid, sender, source_address, first_contact, last_contact)
     VALUES (1, $1, 'deviceid:pc', '192.0.2.1', $2, $2)`,
    [key.id, at],
  );

  await migrate(database.url);

  const now = () => new Date();
  const log = createLog({ level: 'silent', format: 'json' });
  const deps = { db: opened.db, peppers, now, newId: () => v7(), random: randomBytes, log };
  expect(await bootstrap(deps, { publicUrls: ['http://localhost:8080'] })).toEqual({ created: false });
  const kept = await findKeyByKid(opened.db, key.id);
  expect(kept?.generations).toEqual([
    { generation: 1, ...hashOf(peppers, key.full), useUntil: null, retiredAt: null },
  ]);
  expect(await verifyToken(deps, token.full)).toMatchObject({ instanceId: 1, token: { role: 'admin' } });
  const { rows } = await opened.pool.query(
    `SELECT g.last_used_at AS at, g.last_used_ip AS ip, a.generation FROM key_generation g JOIN agent a USING (kid)`,
  );
  expect(rows).toEqual([{ at, ip: '192.0.2.1', generation: 1 }]);
  await opened.close();
  await database.drop();
});
