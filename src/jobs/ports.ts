/** What passing jobs on needs from outside. */

export interface AgentAtHome {
  readonly instanceId: number;
  readonly kid: string;
  /** As the agent sends it. */
  readonly deviceid: string;
  /** Client address as Gatehouse resolved it. */
  readonly sourceAddress: string;
  /** SHA-256 of the public key of the client certificate, hex. */
  readonly certificate: string | undefined;
}

export interface JobPorts {
  /**
   * True when the deviceid belongs to exactly one asset of the key, active and claimed by nobody else, and the agent comes
   * from where that asset's last inventory came from, or shows its certificate. A deviceid is a name and a date: who
   * guessed one must not be handed the passwords in its jobs.
   */
  isPinnedAgent(agent: AgentAtHome): Promise<boolean>;
  /** Undefined: the instance passes on to no GLPI. */
  upstreamOf(instanceId: number): Promise<JobUpstream | undefined>;
}

export interface JobQuestion {
  readonly method: 'GET' | 'POST';
  /** Absolute, of the upstream's origin. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly maxAnswerBytes: number;
}

export interface JobAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer;
}

/** A GLPI, asked under the upstream's credential. */
export interface JobUpstream {
  /** Root of GLPI, without slash at its end. */
  readonly rootUrl: string;
  /** Where inventories are posted to. */
  readonly postUrl: string;
  /** Undefined when nothing was answered in time, or more than `maxAnswerBytes`. Never throws for what the network does. */
  ask(question: JobQuestion): Promise<JobAnswer | undefined>;
}
