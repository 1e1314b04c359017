import { isJsonObject } from '../domain/inventory';
import type { JobModule } from '../domain/passed-task';

export type Rewritten =
  { readonly ok: true; readonly body: object } | { readonly ok: false; readonly why: string };

/** How GLPI names the tasks of its modules in a schedule; agents compare the name letter by letter. */
export const taskNames: Readonly<Record<JobModule, string>> = {
  esx: 'ESX',
  collect: 'Collect',
  deploy: 'Deploy',
};

/** Of a GLPI with the plugin; agents take it as seconds. */
export const configValiditySeconds = 600;

export interface ScheduledTask {
  readonly task: string;
  readonly remote: string;
}

/**
 * The modules that GLPI has jobs for. Nothing else of its answer is passed on: the URLs in it lead to GLPI, past the
 * gateway.
 */
export function scheduledModules(answer: string, asked: readonly JobModule[]): JobModule[] {
  const said = objectOf(answer);
  const rows: readonly unknown[] = Array.isArray(said?.schedule) ? said.schedule : [];
  const names = rows.map((row) =>
    isJsonObject(row) && typeof row.task === 'string' ? row.task.toLowerCase() : '',
  );
  return asked.filter((module) => names.includes(module));
}

/**
 * An answer to `action`, as the agent may have it. What would lead the agent elsewhere is written anew:
 * - Collect: GLPI asks for answers by POST with a session and a token of its own; left out, the agent goes on by GET.
 * - Deploy: files come through `selfUrl`, mirrors elsewhere and other agents as sources are left out.
 * @param selfUrl the URL that the agent asked under, without query
 */
export function agentsAnswer(module: JobModule, action: string, answer: string, selfUrl: string): Rewritten {
  const said = objectOf(answer);
  if (said === undefined) return { ok: false, why: 'GLPI’s answer is no JSON object' };
  if (action !== 'getJobs') return { ok: true, body: {} };
  if (module === 'collect') {
    const { postmethod: _post, token: _token, ...rest } = said;
    return { ok: true, body: rest };
  }
  return { ok: true, body: module === 'deploy' ? withOwnFiles(said, selfUrl) : said };
}

function withOwnFiles(said: Record<string, unknown>, selfUrl: string): Record<string, unknown> {
  const files = isJsonObject(said.associatedFiles) ? said.associatedFiles : {};
  const mirror = `${selfUrl}?action=getFilePart&file=`;
  const associatedFiles = Object.fromEntries(
    Object.entries(files).flatMap(([hash, file]) =>
      isJsonObject(file) ? [[hash, { ...file, mirrors: [mirror], p2p: 0 }]] : [],
    ),
  );
  return { ...said, associatedFiles };
}

function objectOf(text: string): Record<string, unknown> | undefined {
  try {
    // PHP writes an empty answer as a list.
    const value: unknown = JSON.parse(text === '' ? '{}' : text);
    if (Array.isArray(value) && value.length === 0) return {};
    return isJsonObject(value) ? value : undefined;
  } catch {
    // Said by the caller, in the log: what GLPI answered is no JSON.
    return undefined;
  }
}
