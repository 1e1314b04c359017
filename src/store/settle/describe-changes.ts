import { promisify } from 'node:util';
import { inflate, inflateSync } from 'node:zlib';
import type { ClientBase } from 'pg';
import type { InventoryContent } from '../../domain/inventory';
import type { ChangedLately, DescribedChange } from '../../ingest/ports';
import type { SettledSubmission } from './settled-submission';

const inflateOnOtherThread = promisify<Buffer, Buffer>(inflate);
/** From this size on inflating is given to another thread: it takes longer than handing over. */
const otherThreadMinBytes = 32_768;

const loadStored = {
  name: 'settle_stored',
  text: `SELECT asset_id, content, changed_lately FROM asset_inventory
          WHERE instance_id = $1 AND asset_id = ANY($2::uuid[])`,
} as const;

/**
 * What the history will say of each inventory that changed its asset, by submission. Only for those the inventory
 * before is read, one after the other, so that one of them is in memory at a time.
 */
export async function describeChanges(
  client: ClientBase,
  instanceId: number,
  batch: readonly SettledSubmission[],
): Promise<ReadonlyMap<string, DescribedChange>> {
  const changed = batch.flatMap(({ record, settlement, request }) =>
    settlement.verdict === 'accepted' &&
    settlement.outcome === 'updated' &&
    settlement.inventory !== undefined &&
    settlement.changedSections.length > 0 &&
    request !== undefined
      ? [{ record, settlement, request, after: settlement.inventory.content }]
      : [],
  );
  if (changed.length === 0) return new Map();
  const { rows } = await client.query<{
    asset_id: string;
    content: Buffer;
    changed_lately: ChangedLately;
  }>({ ...loadStored, values: [instanceId, changed.map(({ settlement }) => settlement.assetId)] });
  const stored = new Map(rows.map((row) => [row.asset_id, row]));
  const described = new Map<string, DescribedChange>();
  for (const { record, settlement, request, after } of changed) {
    const row = stored.get(settlement.assetId);
    // An admin split it off, and nothing is stored of it yet: all of it would be new.
    if (row === undefined) continue;
    const before = await readContent(row.content);
    const change = request.describeChange({
      ...{ before, after, sections: settlement.changedSections },
      ...{ lately: row.changed_lately, at: record.receivedAt },
    });
    described.set(record.submissionId, change);
  }
  return described;
}

async function readContent(content: Buffer): Promise<InventoryContent> {
  const json =
    content.length < otherThreadMinBytes ? inflateSync(content) : await inflateOnOtherThread(content);
  return JSON.parse(json.toString()) as InventoryContent;
}
