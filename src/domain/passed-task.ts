/**
 * Tasks of agents that a GLPI with its inventory plugin hands jobs out for. By default none is passed on: a job holds
 * commands to run, addresses to go to, and credentials of other machines.
 */
export const passedTasks = ['netdiscovery', 'netinventory', 'esx', 'collect', 'deploy'] as const;
export type PassedTask = (typeof passedTasks)[number];

/** Asked for by GET, each by a module of the plugin. */
export const jobModules = ['esx', 'collect', 'deploy'] as const satisfies readonly PassedTask[];
export type JobModule = (typeof jobModules)[number];

/** Handed out as options of the answer to an XML prolog. */
export const networkTasks = ['netdiscovery', 'netinventory'] as const satisfies readonly PassedTask[];
export type NetworkTask = (typeof networkTasks)[number];

/** One option of the answer to a prolog: what a network task is to do. Holds credentials of the network's devices. */
export interface NetworkOption {
  readonly task: NetworkTask;
  readonly elements: readonly NetworkOptionElement[];
}

export interface NetworkOptionElement {
  readonly name: 'PARAM' | 'RANGEIP' | 'DEVICE' | 'AUTHENTICATION';
  readonly attributes: Readonly<Record<string, string>>;
}

/** The name of the option, and of the query that reports of it. */
export const optionNames: Readonly<Record<NetworkTask, string>> = {
  netdiscovery: 'NETDISCOVERY',
  netinventory: 'SNMPQUERY',
};

/** An agent whose key is good, and how it came. */
export interface AskingAgent {
  readonly key: {
    readonly instanceId: number;
    readonly kid: string;
    readonly passTasks: readonly PassedTask[];
  };
  /** As sent; whatever it is. */
  readonly deviceid: unknown;
  readonly sourceAddress: string;
  readonly certificate: string | undefined;
  readonly userAgent: string | undefined;
}

/** Start, end and counts of a scan, as the plugin follows it. All but the deviceid are words and numbers. */
export interface ScanControl {
  readonly task: NetworkTask;
  readonly fields: Readonly<Record<string, string>>;
}
