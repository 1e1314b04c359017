import { otherMachinesWaitDays } from './awaited-device';

/**
 * Said beside the join, so that the rows are found by the whole key even in a plan made while the table was empty:
 * joined alone, such a plan reads all assets of the instance.
 */
const idsOfRows = `ARRAY(SELECT (row ->> 'id')::uuid FROM json_array_elements(:rows::json) AS row)`;

/**
 * The parts of the one statement that writes a batch. $1 is the instance, :rows a JSON array of rows, :bytes the
 * compressed inventories one after the other. Times come from the rows: a distributed PostgreSQL takes no now() in
 * ON CONFLICT.
 */
const parts = {
  submissions: `INSERT INTO submission (instance_id, submission_id, received_at, kid, verdict, outcome, reason, evidence, notes,
             asset_id, entity_id, deviceid, agentid, itemtype, name, partial, dialect, user_agent, source_address, wire_bytes, case_id, via)
           SELECT $1, id, at, kid, verdict, outcome, reason, evidence, notes,
             asset, entity, deviceid, agentid, itemtype, name, partial, dialect, user_agent, source, bytes, held_case, via
           FROM json_to_recordset(:rows::json) AS r(id uuid, at timestamptz, kid text, verdict text, outcome text,
             reason text, evidence jsonb, notes jsonb, asset uuid, entity uuid, deviceid text, agentid text,
             itemtype text, name text, partial boolean, dialect text, user_agent text, source text, bytes integer, held_case uuid, via jsonb)`,
  created: `INSERT INTO asset (instance_id, asset_id, kid, entity_id, itemtype, name, serial, uuid, macs, ips, manufacturer,
             model, os, last_user, agent_version, identity, pin, section_digests, first_seen, last_seen, last_changed, last_submission)
           SELECT $1, id, kid, entity, itemtype, name, serial, uuid, macs, ips, manufacturer,
             model, os, last_user, version, identity, pin, digests, at, at, at, submission
           FROM json_to_recordset(:rows::json) AS r(id uuid, kid text, entity uuid, itemtype text, name text, serial text,
             uuid text, macs text[], ips text[], manufacturer text, model text, os text, last_user text, version text,
             identity jsonb, pin jsonb, digests jsonb, at timestamptz, submission uuid)`,
  // A partial may lack the sections that a column comes from: what it does not say stays. The entity stays too.
  updated: `UPDATE asset AS a
           SET itemtype = r.itemtype, name = coalesce(r.name, a.name), serial = coalesce(r.serial, a.serial),
             uuid = coalesce(r.uuid, a.uuid), macs = CASE WHEN r.macs = '{}' THEN a.macs ELSE r.macs END,
             ips = CASE WHEN r.ips = '{}' THEN a.ips ELSE r.ips END,
             manufacturer = coalesce(r.manufacturer, a.manufacturer), model = coalesce(r.model, a.model),
             os = coalesce(r.os, a.os), last_user = coalesce(r.last_user, a.last_user),
             agent_version = coalesce(r.version, a.agent_version), identity = r.identity, pin = r.pin,
             section_digests = r.digests, last_seen = greatest(a.last_seen, r.at),
             last_changed = greatest(a.last_changed, r.at), last_submission = r.submission
           FROM json_to_recordset(:rows::json) AS r(id uuid, itemtype text, name text, serial text,
             uuid text, macs text[], ips text[], manufacturer text, model text, os text, last_user text, version text,
             identity jsonb, pin jsonb, digests jsonb, at timestamptz, submission uuid)
           WHERE a.instance_id = $1 AND a.asset_id = r.id AND a.asset_id = ANY(${idsOfRows})`,
  // Touches no indexed column, so that the row stays on its page (200 bytes of WAL).
  touched: `UPDATE asset AS a
           SET last_seen = greatest(a.last_seen, r.at), last_submission = r.submission,
             last_user = coalesce(r.last_user, a.last_user), pin = r.pin
           FROM json_to_recordset(:rows::json) AS r(id uuid, at timestamptz, submission uuid, last_user text, pin jsonb)
           WHERE a.instance_id = $1 AND a.asset_id = r.id AND a.asset_id = ANY(${idsOfRows})`,
  identifiers: `INSERT INTO asset_identifier (instance_id, kind, value, asset_id, first_seen)
           SELECT $1, kind, value, asset, at
           FROM json_to_recordset(:rows::json) AS r(kind text, value text, asset uuid, at timestamptz)
           ON CONFLICT DO NOTHING`,
  inventories: `INSERT INTO asset_inventory (instance_id, asset_id, content, submission_id, stored_at, changed_lately)
           SELECT $1, asset, substring(:bytes::bytea FROM o FOR n), submission, at, lately
           FROM json_to_recordset(:rows::json) AS r(asset uuid, o integer, n integer, submission uuid, at timestamptz, lately jsonb)
           ON CONFLICT (instance_id, asset_id) DO UPDATE
           SET content = excluded.content, submission_id = excluded.submission_id, stored_at = excluded.stored_at,
             changed_lately = excluded.changed_lately`,
  events: `INSERT INTO asset_event (instance_id, asset_id, event_id, at, kind, submission_id, detail)
           SELECT $1, asset, id, at, kind, submission, detail
           FROM json_to_recordset(:rows::json) AS r(asset uuid, id uuid, at timestamptz, kind text, submission uuid, detail jsonb)`,
  // This statement does not see the event that it writes itself. What admins did stays.
  eventsBeyond: `DELETE FROM asset_event AS e
           USING (SELECT DISTINCT asset, kept FROM json_to_recordset(:rows::json) AS r(asset uuid, kept integer)) AS w
           CROSS JOIN LATERAL (SELECT event_id FROM asset_event
                                WHERE instance_id = $1 AND asset_id = w.asset
                                ORDER BY event_id DESC OFFSET w.kept - 1 LIMIT 1) AS oldest
           WHERE e.instance_id = $1 AND e.asset_id = w.asset AND e.event_id <= oldest.event_id AND e.kind = 'updated'`,
  agents: `INSERT INTO agent AS a (instance_id, kid, sender, agentid, deviceid, version, tag, user_agent, source_address,
             first_contact, last_contact, last_inventory, asset_id, generation)
           SELECT $1, kid, sender, agentid, deviceid, version, tag, user_agent, source, at, at, at, asset, generation
           FROM json_to_recordset(:rows::json) AS r(kid text, sender text, agentid text, deviceid text, version text,
             tag text, user_agent text, source text, at timestamptz, asset uuid, generation integer)
           ON CONFLICT (instance_id, kid, sender) DO UPDATE
           SET deviceid = coalesce(excluded.deviceid, a.deviceid), version = coalesce(excluded.version, a.version),
             tag = coalesce(excluded.tag, a.tag), user_agent = coalesce(excluded.user_agent, a.user_agent),
             source_address = excluded.source_address, last_contact = excluded.last_contact,
             last_inventory = excluded.last_inventory, asset_id = coalesce(excluded.asset_id, a.asset_id),
             generation = coalesce(excluded.generation, a.generation)`,
  // Only where there is an upstream. What is on its way keeps its lease, and goes again after it.
  forwardings: `INSERT INTO forwarding AS f (instance_id, asset_id, wanted, priority, due_at, since, sender)
           SELECT $1, asset, submission, priority, at, at, sender
           FROM json_to_recordset(:rows::json) AS r(asset uuid, submission uuid, priority smallint, at timestamptz, sender jsonb)
           WHERE EXISTS (SELECT FROM upstream WHERE instance_id = $1)
           ON CONFLICT (instance_id, asset_id) DO UPDATE
           SET wanted = excluded.wanted, sender = excluded.sender, dead_at = NULL,
             priority = CASE WHEN f.due_at IS NULL THEN excluded.priority ELSE least(f.priority, excluded.priority) END,
             since = CASE WHEN f.due_at IS NULL THEN excluded.since ELSE f.since END,
             due_at = CASE WHEN f.attempts > 0 THEN coalesce(f.due_at, excluded.due_at) ELSE excluded.due_at END,
             attempts = 0`,
  // One row an asset, however often its software changes before somebody looks (../software/).
  software: `INSERT INTO software_waiting (instance_id, asset_id, submission_id, since)
           SELECT $1, asset, submission, at
           FROM json_to_recordset(:rows::json) AS r(asset uuid, submission uuid, at timestamptz)
           ON CONFLICT (instance_id, asset_id) DO UPDATE
           SET submission_id = excluded.submission_id, since = least(software_waiting.since, excluded.since)`,
  awaited: `INSERT INTO full_awaited (instance_id, kid, deviceid, agentid, device, since)
           SELECT DISTINCT ON (kid, deviceid, agentid, device) $1::integer, kid, deviceid, agentid, device, at
           FROM json_to_recordset(:rows::json) AS r(kid text, deviceid text, agentid text, device text, at timestamptz)
           ON CONFLICT DO NOTHING`,
  fullArrived: `DELETE FROM full_awaited AS f
           USING json_to_recordset(:rows::json) AS r(kid text, deviceid text, agentid text, device text, at timestamptz)
           WHERE f.instance_id = $1 AND f.kid = r.kid AND f.deviceid = r.deviceid AND f.agentid = r.agentid
             AND (f.device IN ('', r.device) OR r.device = '' OR f.since < r.at - interval '${otherMachinesWaitDays} days')
             AND f.kid = ANY(ARRAY(SELECT row ->> 'kid' FROM json_array_elements(:rows::json) AS row))
             AND f.deviceid = ANY(ARRAY(SELECT row ->> 'deviceid' FROM json_array_elements(:rows::json) AS row))`,
} as const;

export type WritePart = keyof typeof parts;

const partNames = Object.keys(parts) as WritePart[];

export interface WriteStatement {
  readonly name: string;
  readonly text: string;
  /** Parts in the order of their parameters, from $2 on. */
  readonly parts: readonly WritePart[];
  readonly takesBytes: boolean;
}

/** Few combinations occur; each is planned once a connection. */
const known = new Map<string, WriteStatement>();

/**
 * One statement for all tables that a batch writes to: one round trip instead of up to eight. PostgreSQL checks
 * foreign keys at its end, so the order of the parts does not matter.
 */
export function writeStatement(isNeeded: (part: WritePart) => boolean): WriteStatement {
  const needed = partNames.filter(isNeeded);
  const name = `settle_write_${partNames.map((part) => (needed.includes(part) ? '1' : '0')).join('')}`;
  const statement = known.get(name) ?? combine(name, needed);
  known.set(name, statement);
  return statement;
}

function combine(name: string, needed: readonly WritePart[]): WriteStatement {
  const bytes = `$${needed.length + 2}`;
  const clauses = needed.map((part, i) => {
    const text = parts[part].replaceAll(':rows', `$${i + 2}`).replaceAll(':bytes', bytes);
    return `w_${part.toLowerCase()} AS (${text})`;
  });
  return {
    name,
    text: `WITH ${clauses.join(', ')} SELECT 1`,
    parts: needed,
    takesBytes: needed.includes('inventories'),
  };
}
