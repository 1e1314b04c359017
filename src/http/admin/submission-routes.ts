import { listAgents, type AgentQuery } from '../../admin/agents';
import { explainInventory, type ExplainInput } from '../../admin/explain';
import { getSubmission, listSubmissions, type SubmissionQuery } from '../../admin/submissions';
import { bodyProblems, list, route, type AdminRoute } from './admin-route';

export const submissionRoutes: readonly AdminRoute[] = [
  list<SubmissionQuery>(
    '/submissions',
    'Submission',
    'SubmissionQuery',
    { operationId: 'listSubmissions', summary: 'Submissions with verdict and reason, newest first' },
    (deps, caller, { query }) => listSubmissions(deps, caller, query),
  ),
  route({
    method: 'get',
    path: '/submissions/{id}',
    operationId: 'getSubmission',
    summary: 'One submission with its evidence',
    status: 200,
    answer: 'Submission',
    problems: ['not_found'],
    run: (deps, caller, { id }) => getSubmission(deps, caller, id),
  }),
  list<AgentQuery>(
    '/agents',
    'Agent',
    'AgentQuery',
    {
      operationId: 'listAgents',
      summary:
        'Agents that have been heard of, by key; which never sent an inventory or must send a full one',
    },
    (deps, caller, { query }) => listAgents(deps, caller, query),
  ),
  route<unknown, ExplainInput>({
    method: 'post',
    path: '/explain',
    operationId: 'explainInventory',
    summary: 'What would become of an inventory under a key, step by step; writes nothing',
    role: 'operator',
    body: 'ExplainInput',
    status: 200,
    answer: 'Explained',
    problems: ['not_found', ...bodyProblems],
    run: (deps, caller, { body }) => explainInventory(deps, caller, body),
  }),
];
