/** What recognises a device. Values are normalised (src/identity): equal text means equal identifier. */

export type IdentifierKind =
  'serial' | 'uuid' | 'mac' | 'deviceid' | 'agentid' | 'hostname' | 'ip' | 'certificate' | 'sshkey';

export interface Identifier {
  readonly kind: IdentifierKind;
  readonly value: string;
}

/** A value that identifies nothing, and why it was left out: shown to the admin, never used. */
export interface DroppedIdentifier {
  readonly kind: IdentifierKind;
  readonly value: string;
  readonly why: string;
}

export interface DeviceIdentity {
  /** System serial after vendor rules; undefined when missing or a filler. */
  readonly serial: string | undefined;
  /** Of a stack of switches: the serials of all members, whichever leads. At most 8. */
  readonly memberSerials?: readonly string[] | undefined;
  /** Canonical SMBIOS uuid: of the two byte orders the one that sorts first, so that both compare equal. */
  readonly uuid: string | undefined;
  /** Addresses that can belong to one machine only, sorted, without repeats. At most 32. */
  readonly macs: readonly string[];
  /** Undefined when the deviceid names the scanning agent. */
  readonly deviceid: string | undefined;
  readonly agentid: string | undefined;
  /** Short name, lower case, without domain. */
  readonly hostname: string | undefined;
  /** Management addresses of network devices; empty for computers, whose addresses change hands. */
  readonly ips: readonly string[];
  /** SHA-256 of the public key (SPKI) of the device's client certificate, hex. Undefined for what others report of it. */
  readonly certificate: string | undefined;
  /** Algorithm and SHA-256 (hex) of the ssh host key that the inventory shows, `ssh-ed25519:0f…`. */
  readonly sshKey: string | undefined;
  readonly manufacturer: string | undefined;
  /** House that made the host, of the closed list `identity/maker.ts`. Undefined for others, and for what is scanned. */
  readonly maker?: string | undefined;
  readonly dropped: readonly DroppedIdentifier[];
}

/** What the console and the API show of an asset, as sent (trimmed), not as compared. */
export interface DisplayIdentity {
  readonly name: string | undefined;
  readonly serial: string | undefined;
  readonly uuid: string | undefined;
  readonly macs: readonly string[];
  readonly ips: readonly string[];
  readonly manufacturer: string | undefined;
  readonly model: string | undefined;
  readonly os: string | undefined;
  readonly lastUser: string | undefined;
}

/** The identity an asset has collected: every value that it was ever recognised by and that still counts. */
export interface StoredIdentity {
  readonly serials: readonly string[];
  readonly uuids: readonly string[];
  readonly macs: readonly string[];
  readonly deviceids: readonly string[];
  readonly agentids: readonly string[];
  readonly hostnames: readonly string[];
  readonly ips: readonly string[];
  readonly certificates: readonly string[];
  readonly sshKeys: readonly string[];
}

/** What an asset is compared by. */
export interface KnownIdentity extends StoredIdentity {
  /** As in `DeviceIdentity`: a serial counts among one house's machines. */
  readonly maker?: string | undefined;
}
