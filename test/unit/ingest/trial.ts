import type { InventoryContent, JsonObject } from '../../../src/domain/inventory';
import type { RegistrationKey } from '../../../src/domain/registration-key';
import { identityOf } from '../../../src/identity/device-identity';
import { has } from '../../../src/identity/identity-sets';
import { isScanned } from '../../../src/identity/device-kind';
import { decide } from '../../../src/ingest/decide';
import { lookupsOf } from '../../../src/ingest/look-up';
import type { CandidateAsset, Ruling, Settlement } from '../../../src/ingest/ports';
import { inventoryOf, type Machine } from '../identity/machines';
import { factsWith, keyWith } from './deciding';

/** What a message says beside its machine: times of the machine, and how it came. */
export interface Sent {
  /** Hours since the beginning of the trial. */
  readonly hour?: number;
  /** Client address. */
  readonly from?: string;
  readonly key?: RegistrationKey;
  readonly certificate?: string;
  /** Fields of `operatingsystem`. */
  readonly os?: JsonObject;
  /** `accesslog.logdate`; the time of sending when missing, none when null. */
  readonly ranAt?: string | null;
  readonly softwares?: number;
  readonly brand?: string;
  /** An admin has decided that this one is the asset. */
  readonly isAsRuled?: boolean;
}

const start = Date.UTC(2026, 5, 1, 8);
export const timeAt = (hour: number): string =>
  new Date(start + hour * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');

/** Decides message after message as the store would have it, in memory: what is accepted is what the next one meets. */
export class Trial {
  private readonly assets = new Map<string, CandidateAsset>();
  private readonly inventories = new Map<string, InventoryContent>();
  private count = 0;

  asset(): CandidateAsset {
    const [asset, ...others] = this.assets.values();
    if (asset === undefined || others.length > 0) throw new Error(`${this.assets.size} assets`);
    return asset;
  }

  get assetCount(): number {
    return this.assets.size;
  }

  content(assetId: string): InventoryContent | undefined {
    return this.inventories.get(assetId);
  }

  send(machine: Machine, sent: Sent = {}): Settlement {
    const { hour = this.count, key = keyWith(), os = {}, brand = 'GLPI-Agent_v1.11' } = sent;
    const logdate = sent.ranAt === undefined ? timeAt(hour) : sent.ranAt;
    const inventory = inventoryOf({
      ...machine,
      content: {
        versionclient: brand,
        ...(logdate === null ? {} : { accesslog: { logdate } }),
        ...(Object.keys(os).length === 0 ? {} : { operatingsystem: os }),
        ...(sent.softwares === undefined ? {} : { softwares: softwares(sent.softwares) }),
        ...machine.content,
      },
    });
    const { agentid } = machine;
    const identity = identityOf(inventory, { agentid, certificate: sent.certificate });
    const facts = factsWith(this.candidatesFor(lookupsOf(identity)), {
      inventoryOf: (assetId) => this.inventories.get(assetId),
      ...(sent.isAsRuled === true ? { ruling: this.ruledSame() } : {}),
    });
    this.count += 1;
    const subject = {
      inventory,
      identity,
      key,
      sourceAddress: sent.from ?? '192.0.2.10',
      now: new Date(start + hour * 3_600_000),
      isSteerable: agentid !== undefined && !isScanned(inventory),
      newAssetId: `submission-${this.count}`,
    };
    const settlement = decide(subject, facts);
    this.apply(settlement, subject.now, key.kid);
    return settlement;
  }

  private ruledSame(): Ruling {
    return {
      action: 'same',
      caseId: 'case-1',
      reach: 'held',
      reason: 'identity_conflict',
      asset: this.asset(),
      entityId: undefined,
    };
  }

  private candidatesFor(lookups: ReturnType<typeof lookupsOf>): CandidateAsset[] {
    return [...this.assets.values()].filter(({ identity }) =>
      lookups.some(({ kind, value }) => has(identity, { kind, value })),
    );
  }

  private apply(settlement: Settlement, lastSeen: Date, kid: string): void {
    if (settlement.verdict === 'quarantined' && settlement.contests !== undefined) {
      const asset = this.assets.get(settlement.conflictsWith ?? '');
      if (asset !== undefined) this.assets.set(asset.assetId, { ...asset, contested: settlement.contests });
    }
    if (settlement.verdict !== 'accepted') return;
    const { assetId, entityId, itemtype, identity, pin, inventory } = settlement;
    const before = this.assets.get(assetId);
    if (inventory !== undefined) this.inventories.set(assetId, inventory.content);
    this.assets.set(assetId, {
      assetId,
      kid: before?.kid ?? kid,
      entityId,
      itemtype,
      identity,
      // As jsonb gives it back.
      pin: JSON.parse(JSON.stringify(pin)) as CandidateAsset['pin'],
      status: before?.status ?? 'active',
      sectionDigests: inventory?.sectionDigests ?? before?.sectionDigests ?? {},
      lastSeen,
      contested: before?.contested,
    });
  }

  /** What an admin did to the asset. */
  change(change: Partial<CandidateAsset>): void {
    const asset = this.asset();
    this.assets.set(asset.assetId, { ...asset, ...change });
  }
}

const softwares = (count: number): JsonObject[] =>
  Array.from({ length: count }, (_, i) => ({ name: `package-${i}`, version: '1.0' }));

/** `created`, `updated`, `unchanged`, or the reason. */
export function fateOf(settlement: Settlement): string {
  return settlement.verdict === 'accepted' ? settlement.outcome : settlement.reason;
}
