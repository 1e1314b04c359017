/** One message of the simulated fleet with the truth about it, which is never sent. */
export interface SimulatedMessage {
  /** Messages of one day may come in any order, those of different days may not. */
  readonly day: number;
  /** Place among the messages of its device on that day: a partial comes after its full inventory. */
  readonly step: number;
  readonly trait: string;
  /** The device that it speaks of; a spoof's device is the one it was sent from. */
  readonly device: string;
  /** The device whose identity it claims, when it is a spoof. */
  readonly victim?: string | undefined;
  /**
   * `accept`: a good agent's, to be recognised. `free`: may also be held or refused, as nobody could tell (a clone, a
   * spoof, a machine that has a clone): only merging it wrongly counts.
   */
  readonly expected: 'accept' | 'free';
  /** Place of its key in the fleet's list of sites. */
  readonly site: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly contentType: string;
  /** Before compression. */
  readonly body: string;
  /** What the simplest systems would look at: for comparison of rules. */
  readonly seen: SeenIdentity;
}

/** Identifiers as the message holds them, not normalised. */
export interface SeenIdentity {
  readonly deviceid: string | undefined;
  readonly serial: string | undefined;
  readonly uuid: string | undefined;
  readonly macs: readonly string[];
  readonly name: string | undefined;
  readonly isPartial: boolean;
  readonly itemtype: string;
}
