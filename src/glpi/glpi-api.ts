import type { GlpiFault } from './glpi-fault';

/** How Gatehouse shows itself to GLPI's API. All of it is secret but the kind. */
export type GlpiApiCredentials =
  | {
      /** `apirest.php`, in GLPI 10 and 11. */
      readonly api: 'legacy';
      readonly userToken: string;
      readonly appToken?: string | undefined;
    }
  | {
      /** `api.php/v2`, from GLPI 11 on. */
      readonly api: 'high-level';
      readonly clientId: string;
      readonly clientSecret: string;
      /** With a user: password grant, which GLPI 11 needs for anything but inventories. */
      readonly user?: { readonly name: string; readonly password: string } | undefined;
    };

export interface GlpiEntity {
  readonly glpiId: number;
  readonly name: string;
  /** Null: GLPI's root entity, or one whose parent it does not say. */
  readonly parentGlpiId: number | null;
  /** Null: has none. Undefined: this API does not tell. */
  readonly tag: string | null | undefined;
}

/** Itemtypes that agents' inventories make, by the names that both APIs give them. */
export const inventoriedTypes = ['Computer', 'Phone', 'Printer', 'NetworkEquipment', 'Unmanaged'] as const;
export type InventoriedType = (typeof inventoriedTypes)[number];

/** What Gatehouse knows of a device that it delivered. */
export interface AskedDevice {
  readonly itemtype: InventoriedType;
  readonly deviceid: string | null;
  readonly serial: string | null;
  readonly uuid: string | null;
  readonly name: string | null;
}

export interface FoundItem {
  readonly itemtype: string;
  readonly glpiId: number;
  readonly entityGlpiId: number | undefined;
  readonly entityName: string | undefined;
  /** By what it was found. */
  readonly by: 'agent' | 'serial and uuid' | 'serial' | 'uuid' | 'name';
}

export interface FoundRefusal {
  readonly glpiId: number;
  /** As GLPI gives it; without zone. */
  readonly at: string | undefined;
  /** The rule that refused it, by name or id. */
  readonly rule: string | undefined;
  readonly method: string | undefined;
}

/** Undefined: not there. `unknown`: this API cannot tell. */
export type Refusal = FoundRefusal | undefined | 'unknown';

/** A conversation with one GLPI. Everything may throw GlpiFault. */
export interface GlpiApi {
  /** `10.0.16`, where the API tells. */
  readonly version: string | undefined;
  /** All entities that the credentials may see. Throws when there are more than `maxEntities`. */
  listEntities(): Promise<readonly GlpiEntity[]>;
  findItem(asked: AskedDevice): Promise<FoundItem | undefined>;
  findRefusal(asked: AskedDevice): Promise<Refusal>;
  /** Ends the session at GLPI. Never throws: a session that stays open ends by itself. */
  close(): Promise<void>;
}

export const maxEntities = 20_000;
export const entitiesPerPage = 200;

export type { GlpiFault };
