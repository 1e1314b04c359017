import type { AskingAgent } from '../domain/passed-task';
import type { JobAnswer, JobQuestion, JobUpstream } from './ports';

/** A GLPI as an agent asks it: under the upstream's credential, with the agent's name and address. */
export interface AskedGlpi {
  /** A path of the inventory plugin, with its query. */
  getOfPlugin(path: string, maxAnswerBytes?: number): Promise<JobAnswer | undefined>;
  /** Content of a `<REQUEST>`, to where inventories are posted: GLPI hands network tasks to the plugin from there. */
  postXml(content: string): Promise<JobAnswer | undefined>;
}

const maxJobAnswerBytes = 4 * 1024 * 1024;
const pluginPath = '/plugins/glpiinventory';

export type Ask = (upstream: JobUpstream, question: JobQuestion) => Promise<JobAnswer | undefined>;

/** Undefined answers, too, while too many are under way: agents poll again. */
export function createAsk(maxConcurrentJobs: number, onTooMany: () => void): Ask {
  let inFlight = 0;
  return async (upstream, question) => {
    if (inFlight >= maxConcurrentJobs) {
      onTooMany();
      return undefined;
    }
    inFlight++;
    try {
      return await upstream.ask(question);
    } finally {
      inFlight--;
    }
  };
}

export function askedGlpi(ask: Ask, upstream: JobUpstream, agent: AskingAgent): AskedGlpi {
  const headers = headersOf(agent);
  return {
    getOfPlugin: (path, maxAnswerBytes = maxJobAnswerBytes) =>
      ask(upstream, {
        method: 'GET',
        url: `${upstream.rootUrl}${pluginPath}${path}`,
        headers,
        maxAnswerBytes,
      }),
    postXml: (content) =>
      ask(upstream, {
        method: 'POST',
        url: upstream.postUrl,
        headers: { ...headers, 'content-type': 'application/xml' },
        body: `<?xml version="1.0" encoding="UTF-8"?>\n<REQUEST>${content}</REQUEST>`,
        maxAnswerBytes: maxJobAnswerBytes,
      }),
  };
}

/** Longest User-Agent passed on. */
const maxUserAgentChars = 255;

function headersOf({ userAgent, sourceAddress }: AskingAgent): Record<string, string> {
  const agent = (userAgent ?? '').replace(/[^\x20-\x7e]/g, '').slice(0, maxUserAgentChars);
  return { 'user-agent': agent === '' ? 'Gatehouse' : agent, 'x-forwarded-for': sourceAddress };
}

/** What GLPI did, for the log. */
export function said(answer: JobAnswer | undefined): string {
  return answer === undefined ? 'did not answer' : `answered ${answer.status}`;
}
