import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sharedFolder } from './exchanges';

/** Debian's FusionInventory and OCS agents, unmodified, started by the launchers beside the checkout. */
export type AgentProgram = 'fusioninventory' | 'ocs';

const launchers: Readonly<Record<AgentProgram, string>> = {
  fusioninventory: path.join(sharedFolder, 'agents', 'run-fusioninventory'),
  ocs: path.join(sharedFolder, 'agents', 'run-ocs'),
};

/** A run takes 0.5 to 2 s when nothing else runs; an agent that hangs must not hang the suite. */
const runTimeoutMs = 120_000;
const maxOutputBytes = 16 * 1024 * 1024;

/** What these tests need and this machine lacks; undefined when all is there. */
export function lackingForAgents(): string | undefined {
  const missing = ['perl', 'fusioninventory-agent', 'ocsinventory-agent'].filter((name) => !isOnPath(name));
  if (missing.length > 0) return `not installed: ${missing.join(', ')}`;
  const absent = Object.values(launchers).filter((file) => !existsSync(file));
  return absent.length > 0 ? 'the launchers of ../shared/agents are missing' : undefined;
}

/** Another host name needs a UTS namespace of one's own, which only root may make. */
export function canRename(): boolean {
  return spawnSync('unshare', ['-u', 'true']).status === 0;
}

function isOnPath(name: string): boolean {
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  return folders.some((folder) => existsSync(path.join(folder, name)));
}

export interface AgentRun {
  /** Everything it wrote, to either stream. */
  readonly output: string;
  readonly exitCode: number;
}

export interface AgentRunOptions {
  readonly options?: readonly string[];
  /** Name of the machine, as the agent sees it. */
  readonly hostname?: string;
}

/** An installation of an agent: its state folder is kept from run to run, as on a real machine. */
export interface AgentInstall {
  run(serverUrl: string, options?: AgentRunOptions): Promise<AgentRun>;
}

/** Installations of one test, in a folder of their own. */
export interface AgentFleet {
  install(program: AgentProgram): AgentInstall;
  /** A file that an agent is given, e.g. content to inject; gives its path. */
  file(name: string, text: string): string;
  remove(): void;
}

export function createFleet(): AgentFleet {
  const folder = mkdtempSync(path.join(tmpdir(), 'gatehouse-agents-'));
  let count = 0;
  return {
    install: (program) => {
      const state = path.join(folder, `${program}-${++count}`);
      return { run: (serverUrl, options = {}) => runAgent(program, state, serverUrl, options) };
    },
    file: (name, text) => {
      const file = path.join(folder, name);
      writeFileSync(file, text);
      return file;
    },
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function runAgent(
  program: AgentProgram,
  stateFolder: string,
  serverUrl: string,
  { options = [], hostname }: AgentRunOptions,
): Promise<AgentRun> {
  const launch = [launchers[program], stateFolder, serverUrl, ...options];
  const renamed = ['unshare', '-u', 'sh', '-c', 'hostname "$0" && exec "$@"', hostname ?? '', ...launch];
  const [file = '', ...args] = hostname === undefined ? launch : renamed;
  return new Promise((resolve, reject) => {
    execFile(file, args, { timeout: runTimeoutMs, maxBuffer: maxOutputBytes }, (error, stdout, stderr) => {
      // OCS ends with 1 when it is refused; no number means that it never ran or was ended from outside.
      const exitCode = error === null ? 0 : error.code;
      if (typeof exitCode === 'number') resolve({ output: stdout + stderr, exitCode });
      else reject(new Error(`${program} did not run to its end: ${error?.message ?? ''}\n${stderr}`));
    });
  });
}
