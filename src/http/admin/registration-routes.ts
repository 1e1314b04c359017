import {
  getRegistration,
  listRegistrations,
  revokeRegistration,
  type RegistrationQuery,
} from '../../admin/registrations';
import { list, route, type AdminRoute } from './admin-route';

/** Installations that registered with this gateway. */
export const registrationRoutes: readonly AdminRoute[] = [
  list<RegistrationQuery>(
    '/registrations',
    'Registration',
    'RegistrationQuery',
    { operationId: 'listRegistrations', summary: 'Installations that registered here, newest first' },
    (deps, caller, { query }) => listRegistrations(deps, caller, query),
  ),
  route({
    method: 'get',
    path: '/registrations/{id}',
    operationId: 'getRegistration',
    summary: 'One registered installation',
    status: 200,
    answer: 'Registration',
    problems: ['not_found'],
    run: (deps, caller, { id }) => getRegistration(deps, caller, id),
  }),
  route({
    method: 'post',
    path: '/registrations/{id}/revoke',
    operationId: 'revokeRegistration',
    summary: 'Shut one installation out for ever; a second time changes nothing',
    status: 200,
    answer: 'Registration',
    problems: ['not_found'],
    run: (deps, caller, { id }) => revokeRegistration(deps, caller, id),
  }),
];
