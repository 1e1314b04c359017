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

/** Said by the ticket and by what was checked. */
const fixedNames: ReadonlySet<string> = new Set(['action', 'machineid']);

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
    if (fixedNames.has(name)) continue;
    // The later of two counts for PHP: this one would take the place of what the ticket says.
    if (fixedNames.has(phpName(name))) return undefined;
    if (++count > maxParameters || name.length > maxNameChars || value.length > maxValueChars)
      return undefined;
    passed.append(name, value);
  }
  return { action, query: passed.toString() };
}

/** What PHP makes of the name of a parameter: `+machineid`, `machineid%00x` and `machineid[]` are all `machineid`. */
function phpName(name: string): string {
  return name.replace(/^ +|[\0[].*$/gs, '').replace(/[ .]/g, '_');
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
