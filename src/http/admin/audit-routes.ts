import { listAudit, type AuditQuery } from '../../admin/audit';
import { exportAudit } from '../../admin/export-audit';
import { verifyAudit, type VerifyOptions } from '../../admin/verify-audit';
import { list, route, type AdminRoute } from './admin-route';

export const auditRoutes: readonly AdminRoute[] = [
  list<AuditQuery>(
    '/audit',
    'AuditEntry',
    'AuditQuery',
    { operationId: 'listAudit', summary: 'Changes that admins made and decisions on devices, newest first' },
    (deps, caller, { query }) => listAudit(deps, caller, query),
  ),
  route<Pick<VerifyOptions, 'expectHead'>>({
    method: 'get',
    path: '/audit/verify',
    operationId: 'verifyAudit',
    summary: 'Walk the chain of the audit log and name the first entry that is not as it was written',
    wholeInstance: true,
    query: 'AuditVerifyQuery',
    status: 200,
    answer: 'AuditCheck',
    problems: [],
    run: (deps, caller, { query }) => verifyAudit(deps, caller, query),
  }),
  route({
    method: 'get',
    path: '/audit/export',
    operationId: 'exportAudit',
    summary: 'The whole audit log as lines of JSON with the hash of each entry, in the order of the chain',
    wholeInstance: true,
    status: 200,
    answer: 'AuditLine',
    lines: true,
    problems: [],
    run: (deps, caller) => Promise.resolve(exportAudit(deps, caller)),
  }),
];
