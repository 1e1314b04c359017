import type { CaseDetail } from '../../src/admin/quarantine';
import type { CaseView } from '../../src/admin/case-view';
import { jsonInventory, type Device } from './devices';
import type { JsonObject } from '../../src/domain/inventory';
import type { TestGateway } from './gateway';
import { submissionOf, type SubmissionRow } from './refusals';

/** What tests of the quarantine do over HTTP, as an agent and as an admin. */
export interface QuarantineScene {
  /** An agent posts the inventory of a device; resolves to what was made of it. */
  readonly send: (device: Device, how?: Sending) => Promise<SubmissionRow>;
  readonly open: (query?: string) => Promise<readonly CaseView[]>;
  readonly show: (id: string) => Promise<CaseDetail>;
  readonly resolve: (id: string, body: Resolving) => Promise<CaseView>;
  /** The problem that a request ends with. */
  readonly problemOf: (method: string, path: string, body?: unknown) => Promise<Trouble>;
  readonly assetRow: (assetId: string) => Promise<Record<string, unknown>>;
}

export interface Sending {
  readonly key?: string;
  readonly agentid?: string;
  readonly content?: JsonObject;
}

export interface Resolving {
  readonly action: 'same' | 'new' | 'reject' | 'ban';
  readonly assetId?: string;
  readonly entityId?: string;
  readonly note?: string;
}

export interface Trouble {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
}

export function quarantineScene(gateway: () => TestGateway): QuarantineScene {
  return {
    send: async (device, { key, agentid, content } = {}) => {
      const answer = await gateway().post('/', {
        body: jsonInventory(device, content),
        headers: agentid === undefined ? {} : { 'glpi-agent-id': agentid },
        ...(key === undefined ? {} : { key }),
      });
      return await submissionOf(gateway(), answer);
    },
    open: async (query = '') =>
      (await gateway().api<{ items: CaseView[] }>('GET', `/quarantine?${query}`)).items,
    show: (id) => gateway().api<CaseDetail>('GET', `/quarantine/${id}`),
    resolve: (id, body) => gateway().api<CaseView>('POST', `/quarantine/${id}/resolve`, body),
    problemOf: async (method, path, body) => {
      const answer = await fetch(`${gateway().url}/api/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${gateway().adminToken}`,
          'content-type': 'application/json',
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const { code = '', detail = '' } = (await answer.json()) as Partial<Trouble>;
      return { status: answer.status, code, detail };
    },
    assetRow: async (assetId) => {
      const [row] = await gateway().sql<{ row: Record<string, unknown> }>(
        'SELECT to_jsonb(a) AS row FROM asset a WHERE asset_id = $1',
        [assetId],
      );
      if (row === undefined) throw new Error(`there is no asset ${assetId}`);
      return row.row;
    },
  };
}
