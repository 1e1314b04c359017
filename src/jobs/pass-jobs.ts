import {
  networkTasks,
  passedTasks,
  type AskingAgent,
  type JobModule,
  type NetworkOption,
  type PassedTask,
  type ScanControl,
} from '../domain/passed-task';
import { isPlainDeviceid } from '../domain/agent';
import { askedGlpi, createAsk, said, type AskedGlpi } from './asked-glpi';
import { agentsAnswer, scheduledModules, taskNames, type ScheduledTask } from './job-answer';
import { askedModules, jobQueryOf } from './job-question';
import type { JobPorts } from './ports';
import { prologXml, scanControlXml } from './request-xml';
import type { Ticket } from './ticket';

export interface JobPassDeps {
  readonly ports: JobPorts;
  /** Reads the options of an XML reply; undefined when it is none. */
  readonly readOptions: (reply: string) => readonly NetworkOption[] | undefined;
  readonly maxConcurrentJobs: number;
  /** What went wrong on the way to GLPI. Holds nothing of what was asked or answered. */
  readonly onTrouble: (what: string) => void;
}

export type Passed =
  | { readonly kind: 'json'; readonly body: object }
  | { readonly kind: 'file'; readonly body: Buffer }
  | { readonly kind: 'refused'; readonly status: 400 | 403 | 404 | 502 | 503 };

/** Hands out jobs of the GLPI behind to agents whose key passes their task on, and reports back what became of them. */
export interface JobPass {
  /** The tasks that are passed on to this agent; none for one that is not pinned. */
  tasksFor(agent: AskingAgent): Promise<readonly PassedTask[]>;
  /** What a poll is answered. `urlOf`: the URL to get the jobs of a module under. */
  schedule(
    agent: AskingAgent,
    asked: URLSearchParams,
    urlOf: (module: JobModule, deviceid: string) => string,
  ): Promise<readonly ScheduledTask[]>;
  /** A request under such a URL; `selfUrl` is that URL. */
  relay(agent: AskingAgent, ticket: Ticket, asked: URLSearchParams, selfUrl: string): Promise<Passed>;
  /** What the network tasks are to do. */
  networkOptions(agent: AskingAgent): Promise<readonly NetworkOption[]>;
  /** Tells GLPI how far a scan is. What is lost here GLPI shows as a job that does not end. */
  reportScan(agent: AskingAgent, control: ScanControl): Promise<void>;
}

/** The plugin cuts files into parts of 1 MiB before it compresses them. */
const maxFilePartBytes = 8 * 1024 * 1024;
const maxDeviceidChars = 255;

type OnTrouble = JobPassDeps['onTrouble'];

export function createJobPass({ ports, readOptions, maxConcurrentJobs, onTrouble }: JobPassDeps): JobPass {
  const ask = createAsk(maxConcurrentJobs, () => {
    onTrouble('too many requests for jobs at a time');
  });
  const glpiOf = async (agent: AskingAgent): Promise<AskedGlpi | undefined> => {
    const upstream = await ports.upstreamOf(agent.key.instanceId);
    return upstream && askedGlpi(ask, upstream, agent);
  };
  const tasksFor = (agent: AskingAgent): Promise<readonly PassedTask[]> => tasksOf(ports, agent);

  return {
    tasksFor,
    schedule: async (agent, asked, urlOf) => {
      const wanted = askedModules(asked);
      const passed = wanted.size === 0 ? [] : await tasksFor(agent);
      const modules = [...wanted.keys()].filter((module) => passed.includes(module));
      const glpi = modules.length === 0 ? undefined : await glpiOf(agent);
      if (glpi === undefined) return [];
      const deviceid = String(agent.deviceid);
      const versions = modules.map((module) => [module, wanted.get(module) ?? '0'] as const);
      return (await scheduleOf(glpi, deviceid, versions, onTrouble)).map((module) => ({
        task: taskNames[module],
        remote: urlOf(module, deviceid),
      }));
    },
    relay: async (agent, ticket, asked, selfUrl) => {
      const { module, deviceid } = ticket;
      const passed = await tasksFor({ ...agent, deviceid });
      if (!passed.includes(module)) return { kind: 'refused', status: 403 };
      const query = jobQueryOf(module, deviceid, asked);
      if (query === undefined) return { kind: 'refused', status: 400 };
      const glpi = await glpiOf(agent);
      return glpi === undefined
        ? { kind: 'refused', status: 404 }
        : relayed(glpi, module, query, selfUrl, onTrouble);
    },
    networkOptions: async (agent) => {
      const passed = await tasksFor(agent);
      const glpi = networkTasks.some((task) => passed.includes(task)) ? await glpiOf(agent) : undefined;
      if (glpi === undefined) return [];
      const answer = await glpi.postXml(prologXml(String(agent.deviceid)));
      const options = answer?.status === 200 ? readOptions(answer.body.toString()) : undefined;
      if (options === undefined)
        onTrouble(`GLPI ${said(answer)} to a prolog, with no reply that can be read`);
      return (options ?? []).filter(({ task }) => passed.includes(task));
    },
    reportScan: async (agent, control) => {
      const passed = await tasksFor(agent);
      const glpi = passed.includes(control.task) ? await glpiOf(agent) : undefined;
      if (glpi === undefined) return;
      const answer = await glpi.postXml(scanControlXml(String(agent.deviceid), control));
      if (answer?.status !== 200) onTrouble(`GLPI ${said(answer)} to the report of a scan`);
    },
  };
}

async function tasksOf(ports: JobPorts, agent: AskingAgent): Promise<readonly PassedTask[]> {
  const { key, deviceid, sourceAddress, certificate } = agent;
  if (key.passTasks.length === 0 || !isDeviceid(deviceid)) return [];
  const { instanceId, kid } = key;
  const isPinned = await ports.isPinnedAgent({ instanceId, kid, deviceid, sourceAddress, certificate });
  return isPinned ? passedTasks.filter((task) => key.passTasks.includes(task)) : [];
}

/** Of one that GLPI takes for another's: whoever is pinned here as the one would get the jobs of the other. */
function isDeviceid(value: unknown): value is string {
  return typeof value === 'string' && value.length <= maxDeviceidChars && isPlainDeviceid(value);
}

async function scheduleOf(
  glpi: AskedGlpi,
  deviceid: string,
  versions: readonly (readonly [JobModule, string])[],
  onTrouble: OnTrouble,
): Promise<readonly JobModule[]> {
  const query = new URLSearchParams({ action: 'getConfig', machineid: deviceid });
  for (const [module, version] of versions) query.append(`task[${taskNames[module]}]`, version);
  const answer = await glpi.getOfPlugin(`/?${query.toString()}`);
  if (answer?.status !== 200) {
    onTrouble(`GLPI ${said(answer)} when asked for a schedule`);
    return [];
  }
  const modules = versions.map(([module]) => module);
  return scheduledModules(answer.body.toString(), modules);
}

async function relayed(
  glpi: AskedGlpi,
  module: JobModule,
  { action, query }: { readonly action: string; readonly query: string },
  selfUrl: string,
  onTrouble: OnTrouble,
): Promise<Passed> {
  const isFile = action === 'getFilePart';
  const answer = await glpi.getOfPlugin(`/b/${module}/?${query}`, isFile ? maxFilePartBytes : undefined);
  if (answer === undefined) {
    onTrouble(`GLPI ${said(answer)} for ${action} of ${module}`);
    return { kind: 'refused', status: 503 };
  }
  if (answer.status !== 200) {
    onTrouble(`GLPI ${said(answer)} for ${action} of ${module}`);
    return { kind: 'refused', status: answer.status === 404 ? 404 : 502 };
  }
  if (isFile) return { kind: 'file', body: answer.body };
  const rewritten = agentsAnswer(module, action, answer.body.toString(), selfUrl);
  if (rewritten.ok) return { kind: 'json', body: rewritten.body };
  onTrouble(`${rewritten.why}, for ${action} of ${module}`);
  return { kind: 'refused', status: 502 };
}
