/** What one inventory shows of its device and of who sent it, as far as copies and recordings differ in it. */
export interface Showing {
  readonly deviceid?: string | undefined;
  readonly agentid?: string | undefined;
  /** Normalised, sorted: those of the last inventory that listed any, not all that the asset ever had. */
  readonly macs?: readonly string[] | undefined;
  /** Client address as Gatehouse resolved it. */
  readonly sourceAddress?: string | undefined;
  /** `YYYY-MM-DDThh:mm:ss`, in UTC with a Z when the inventory told its time zone, else as the agent said. */
  readonly bootTime?: string | undefined;
  readonly installDate?: string | undefined;
  /** When the agent made the inventory, by its own clock. */
  readonly ranAt?: string | undefined;
  /** `windows`, `linux`, `macos`, `android`, `bsd`, `solaris`, `aix`, `hpux`. */
  readonly osFamily?: string | undefined;
  /** Brand of the agent's program: `glpi`, `fusioninventory`, `ocs`. */
  readonly brand?: string | undefined;
  /** As in DeviceIdentity. */
  readonly sshKey?: string | undefined;
  /** Entries of `softwares`. */
  readonly softwareCount?: number | undefined;
}

/**
 * What a device showed when its inventory was last accepted. Kept on its asset and weighed against what comes next:
 * a copy of the machine, or a recording of it, shows something else or something older.
 */
export interface Pin extends Showing {
  /** The last full inventories, newest first; at most 8. */
  readonly bodies?: readonly PinnedBody[];
  /** What it was before the install or all of its cards changed, newest first; at most 4. */
  readonly installs?: readonly PinnedInstall[];
  /** Installs of one machine by word of an admin, who merged their assets: they may take turns. At most 64. */
  readonly twins?: readonly string[];
}

export interface PinnedBody {
  /** 16 hex digits, of the content without its order and without measured values. */
  readonly digest: string;
  /** ISO 8601: when it was received first. */
  readonly at: string;
}

export interface PinnedInstall {
  /** The deviceid, or the agentid of an agent without one. */
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
  /**
   * The asset had been silent for long when the other came. It may be the asset's own machine with other hardware;
   * if the one known so far shows up too, there are two.
   */
  readonly awaitsTwin?: true;
}
