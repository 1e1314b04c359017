import type { AgentBrand } from '../machine';

/** User agent and media type of each brand, as recorded of the real ones. */
export const speechOf: Readonly<
  Record<AgentBrand, { readonly userAgent: string; readonly contentType: string }>
> = {
  glpi: { userAgent: 'GLPI-Agent_v1.11', contentType: 'application/x-compress-zlib' },
  fusioninventory: { userAgent: 'FusionInventory-Agent_v2.6-3', contentType: 'application/x-compress-zlib' },
  ocs: { userAgent: 'OCS-NG_unified_unix_agent_v2.10.0', contentType: 'application/x-compress' },
};
