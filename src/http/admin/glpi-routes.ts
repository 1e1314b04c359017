import { getGlpiApi, removeGlpiApi, setGlpiApi, type GlpiApiInput } from '../../admin/glpi/api-credentials';
import { importEntities, previewImport } from '../../admin/glpi/import-entities';
import { describeGlpiRules } from '../../admin/glpi/tag-rules';
import { bodyProblems, route, type AdminRoute } from './admin-route';

const askProblems = ['glpi_api_missing', 'glpi_unavailable', 'entity_limit_reached'] as const;

export const glpiRoutes: readonly AdminRoute[] = [
  route({
    method: 'get',
    path: '/glpi/api',
    operationId: 'getGlpiApi',
    summary: 'How the API of GLPI is reached, without its secrets',
    wholeInstance: true,
    status: 200,
    answer: 'GlpiApi',
    problems: ['glpi_api_missing'],
    run: (deps, caller) => getGlpiApi(deps, caller),
  }),
  route<unknown, GlpiApiInput>({
    method: 'post',
    path: '/glpi/api',
    changes: '/glpi/api',
    operationId: 'setGlpiApi',
    summary: 'Give the credential for the API of GLPI, in the place of the one before',
    wholeInstance: true,
    body: 'GlpiApiSet',
    status: 200,
    answer: 'GlpiApi',
    problems: bodyProblems,
    run: (deps, caller, { body }) => setGlpiApi(deps, caller, body),
  }),
  route({
    method: 'delete',
    path: '/glpi/api',
    operationId: 'removeGlpiApi',
    summary: 'Forget the credential for the API of GLPI',
    wholeInstance: true,
    status: 204,
    problems: ['glpi_api_missing'],
    run: (deps, caller) => removeGlpiApi(deps, caller),
  }),
  route<unknown, { readonly apply: boolean }>({
    method: 'post',
    path: '/glpi/entities',
    operationId: 'importEntities',
    summary: 'Take over the entities of GLPI, or show what that would change now',
    wholeInstance: true,
    body: 'EntityImportAsk',
    status: 200,
    answer: 'EntityImport',
    problems: [...bodyProblems, ...askProblems, 'entity_in_use', 'entity_exists'],
    run: (deps, caller, { body }) =>
      body.apply ? importEntities(deps, caller) : previewImport(deps, caller),
  }),
  route({
    method: 'get',
    path: '/glpi/rules',
    operationId: 'describeGlpiRules',
    summary: 'The rule and the tags that GLPI needs to put each asset in its entity',
    status: 200,
    answer: 'GlpiRules',
    problems: [],
    run: (deps, caller) => describeGlpiRules(deps, caller),
  }),
];
