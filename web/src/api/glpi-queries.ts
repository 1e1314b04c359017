import { queryOptions } from '@tanstack/react-query';
import { api, give } from './client';

export const glpiApiQuery = queryOptions({
  queryKey: ['glpi-api'],
  queryFn: () => give(api.GET('/glpi/api')),
  // That there is none yet is an answer.
  retry: false,
});

export const glpiRulesQuery = queryOptions({
  queryKey: ['entities', 'glpi-rules'],
  queryFn: () => give(api.GET('/glpi/rules')),
});
