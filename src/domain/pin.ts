/**
 * What a device showed when its inventory was last accepted. Kept on its asset and weighed against what comes next:
 * a copy of the machine, or a recording of it, shows something else or something older.
 */
export interface Pin {
  readonly deviceid?: string;
  readonly agentid?: string;
  /** Normalised, sorted: those of the last full inventory, not all that the asset ever had. */
  readonly macs?: readonly string[];
  /** Client address as Gatehouse resolved it. */
  readonly sourceAddress?: string;
  /** ISO 8601, as the agent said. */
  readonly bootTime?: string;
  readonly installDate?: string;
  readonly osFamily?: string;
  /** Entries of `softwares` in the last full inventory. */
  readonly softwareCount?: number;
  /** Digests of the last full inventories as sent, newest first. */
  readonly bodies?: readonly PinnedBody[];
  /** Former installs (deviceid or agentid) with the cards they came from, newest first. */
  readonly installs?: readonly PinnedInstall[];
}

export interface PinnedBody {
  readonly digest: string;
  /** ISO 8601: when it was received first. */
  readonly at: string;
}

export interface PinnedInstall {
  readonly install: string;
  readonly macs: readonly string[];
  /** ISO 8601: when it was last the current one. */
  readonly at: string;
}

/** Two devices claim to be the asset: nothing updates it until an admin has decided. */
export interface Contested {
  /** ISO 8601. */
  readonly since: string;
  readonly why: string;
  /** Submission that showed it. */
  readonly submissionId: string;
}
