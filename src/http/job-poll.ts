import type { ServerResponse } from 'node:http';
import { refusal } from '../ingest/answer';
import type { Ingest } from '../ingest/ingest';
import type { ReceivedSubmission } from '../ingest/received-submission';
import { speechFromHeaders } from '../protocol/speech';
import { sendAnswer, sendJson, sendMethodNotAllowed } from './send-answer';

export interface JobPollDeps {
  readonly ingest: Ingest;
  readonly limits: { readonly expirationHours: number };
}

/** An agent asks again after this time whether there is a schedule for it. */
const configValiditySeconds = 600;

/**
 * GETs of agents: they ask for jobs of tasks other than inventory. The schedule is always empty, and never GLPI's: a
 * job holds URLs that would lead the agent past the gateway, and commands to run.
 */
export async function answerJobPoll(
  deps: JobPollDeps,
  received: ReceivedSubmission,
  query: URLSearchParams,
  response: ServerResponse,
): Promise<void> {
  // A key in the query makes agents write `?key=K?action=getConfig`: the action is then inside the key's value.
  const action = query.get('action') ?? /\?action=(\w+)/.exec([...query.values()].join(' '))?.[1];
  if (action === undefined) {
    sendMethodNotAllowed(response);
    return;
  }
  const authenticated = await deps.ingest.authenticateRequest(received);
  if (authenticated.verdict === 'refused') {
    const speech = { ...speechFromHeaders(received.headers, Buffer.alloc(0)), dialect: 'json' } as const;
    const answer = refusal(
      authenticated.reason,
      { ...speech, encoding: 'none' },
      deps.limits.expirationHours,
    );
    sendAnswer(response, answer, received.headers);
    return;
  }
  sendJson(
    response,
    200,
    action === 'getConfig' ? { configValidityPeriod: configValiditySeconds, schedule: [] } : {},
  );
}
