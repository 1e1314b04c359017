import type { JobModule } from '../domain/passed-task';

/** What an agent may ask of a module, as GLPI Agent and the plugin have it. */
const actionsOf: Readonly<Record<JobModule, readonly string[]>> = {
  esx: ['getJobs', 'setLog'],
  collect: ['getJobs', 'setAnswer', 'jobsDone'],
  deploy: ['getJobs', 'getFilePart', 'setStatus', 'setUserEvent'],
};

/** Agents cut each value at 1,500 characters; a registry answer has one value for each name. */
const maxParameters = 200;
const maxNameChars = 255;
const maxValueChars = 4096;

export interface JobQuery {
  readonly action: string;
  /** To be put behind the URL of the module. */
  readonly query: string;
}

/**
 * What of a query is passed on: a known action, the deviceid of the ticket whatever the agent wrote, and bounded
 * parameters, encoded anew. Undefined for anything else.
 */
export function jobQueryOf(
  module: JobModule,
  deviceid: string,
  asked: URLSearchParams,
): JobQuery | undefined {
  const action = asked.get('action') ?? '';
  if (!actionsOf[module].includes(action)) return undefined;
  const passed = new URLSearchParams({ action, machineid: deviceid });
  let count = 0;
  for (const [name, value] of asked) {
    if (name === 'action' || name === 'machineid') continue;
    if (++count > maxParameters || name.length > maxNameChars || value.length > maxValueChars)
      return undefined;
    passed.append(name, value);
  }
  return { action, query: passed.toString() };
}

/** The modules that a poll asks about, from `task[Collect]=2.7`; the version is passed on when it is one. */
export function askedModules(asked: URLSearchParams): ReadonlyMap<JobModule, string> {
  const modules = new Map<JobModule, string>();
  for (const [name, value] of asked) {
    const task = /^task\[(esx|collect|deploy)\]$/i.exec(name)?.[1]?.toLowerCase() as JobModule | undefined;
    if (task !== undefined) modules.set(task, /^[\w.-]{1,20}$/.test(value) ? value : '0');
  }
  return modules;
}
