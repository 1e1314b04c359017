// Software for made-up assets: 20,000 names, each asset some 200 of them, few names common and most rare (Zipf).

const names = 20_000;
/** Draws an asset: so many that 200 different ones come of them. */
const draws = 280;
/** Beyond the others: what only the oldest assets have. */
export const oldName = names + 1;
export const oldHolders = 30_000;

const makers = [
  'Microsoft',
  'Adobe',
  'Dell',
  'Intel',
  'HP',
  'Lenovo',
  'SAP',
  'Oracle',
  'Cisco',
  'Zoom',
  'Realtek',
];
const things = [
  'Driver',
  'Update',
  'Runtime',
  'Viewer',
  'Reader',
  'Client',
  'Redistributable',
  'Tools',
  'Service',
];

/** By rank: 40 editions of a browser, a rare drawing program, 4,000 libraries. */
function nameOf(rank) {
  if (rank === oldName) return 'Netscape Navigator 4.08';
  if (rank === 1500 || rank === 3000) return `Autodesk AutoCAD ${rank}`;
  if (rank > 18_000 && rank % 1000 === 500) return `Zebra Label Designer ${rank}`;
  if (rank % 500 === 25) return `Mozilla Firefox ${100 + rank / 25} (x64 fr)`;
  if (rank % 5 === 0) return `lib${(rank * 7919).toString(36)}-dev`;
  return `${makers[rank % makers.length]} ${things[rank % things.length]} ${(rank * 31).toString(36)} ${rank % 17}.${rank % 7}`;
}

const rows = `
  INSERT INTO asset_software (instance_id, asset_id, names)
  SELECT 1, asset_id, (SELECT array_agg(DISTINCT rank ORDER BY rank) FROM (
      SELECT exp(random() * ln(${names + 0.99}))::int AS rank FROM generate_series(1, ${draws}) WHERE asset_id IS NOT NULL
      UNION ALL SELECT ${oldName} WHERE n <= ${oldHolders}) AS drawn)
    FROM (SELECT asset_id, row_number() OVER (ORDER BY asset_id) + $1 AS n FROM asset
           WHERE instance_id = 1 AND asset_id > $2 ORDER BY asset_id LIMIT $3) AS page
  RETURNING asset_id`;

/** `tell` is told how far it is. */
export async function fillSoftware(client, count, tell) {
  await client.query(`SET session_replication_role = replica`);
  await client.query(`SET maintenance_work_mem = '1GB'`);
  await client.query(`SELECT setseed(0.5)`);
  await client.query('BEGIN');
  await client.query('TRUNCATE asset_software, software_name, software_tally, software_waiting');
  const { rows: indexes } = await client.query(
    `SELECT indexdef AS made FROM pg_indexes WHERE indexname = 'asset_software_names'`,
  );
  await client.query('DROP INDEX asset_software_names');
  let last = '00000000-0000-0000-0000-000000000000';
  const step = 20_000;
  for (let from = 0; from < count; from += step) {
    const made = await client.query(rows, [from, last, step]);
    last = made.rows.reduce((most, { asset_id: id }) => (id > most ? id : most), last);
    tell(`software of ${Math.min(count, from + step)}`);
  }
  const texts = Array.from({ length: oldName }, (_, i) => nameOf(i + 1).toLowerCase());
  tell('names of software');
  await client.query(
    `INSERT INTO software_name (instance_id, name_id, name, assets, kid)
     SELECT 1, n.rank, n.name, coalesce(c.assets, 0), 'benchkid0001'
       FROM unnest($1::text[]) WITH ORDINALITY AS n(name, rank)
       LEFT JOIN (SELECT rank, count(*) AS assets FROM asset_software, unnest(names) AS rank GROUP BY 1) AS c USING (rank)`,
    [texts],
  );
  await client.query(
    `INSERT INTO software_tally (instance_id, kid, names) SELECT 1, 'benchkid0001', count(*) FROM software_name`,
  );
  for (const { made } of indexes) {
    tell('index of software');
    await client.query(made);
  }
  await client.query('COMMIT');
  await client.query('VACUUM ANALYZE asset_software, software_name, software_tally, software_waiting');
}
