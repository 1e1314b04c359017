import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import path from 'node:path';
import { deflateSync } from 'node:zlib';
import type { DemoAgent } from './fleet';

/** The same place from src and from dist. */
const messageFolder = path.resolve(__dirname, '../../../demo/messages');
/** Agents wait 180 s; on this machine nothing takes a tenth of this. */
const answerTimeoutMs = 30_000;

/** As recorded of the real agents: no agent sends Accept-Encoding, and OCS names its zlib body otherwise. */
const speech: Readonly<Record<DemoAgent, { userAgent: string; contentType: string }>> = {
  glpi: { userAgent: 'GLPI-Agent_v1.11', contentType: 'application/x-compress-zlib' },
  fusioninventory: {
    userAgent: 'FusionInventory-Agent_v2.6-3',
    contentType: 'application/x-compress-zlib',
  },
  ocs: { userAgent: 'OCS-NG_unified_unix_agent_v2.10.0', contentType: 'application/x-compress' },
};

export interface AgentMessageToSend {
  readonly port: number;
  readonly agent: DemoAgent;
  /** File in demo/messages. */
  readonly message: string;
  /** The whole key; undefined: none is sent. */
  readonly key: string | undefined;
}

export interface AgentAnswer {
  readonly httpStatus: number;
  /** The reason phrase: what every agent writes into its log. */
  readonly phrase: string;
  /** First of the header Gatehouse-Submission. */
  readonly submissionId: string | undefined;
}

/** Posts a message with the headers and the encoding of its agent, the key as user in the URL. */
export async function sendAsAgent({ port, agent, message, key }: AgentMessageToSend): Promise<AgentAnswer> {
  const { userAgent, contentType } = speech[agent];
  const body = deflateSync(readFileSync(path.join(messageFolder, message)));
  return await new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        method: 'POST',
        path: agent === 'glpi' ? '/front/inventory.php' : '/ocsinventory',
        timeout: answerTimeoutMs,
        agent: false,
        headers: {
          TE: 'deflate,gzip;q=0.3',
          Connection: 'TE',
          Pragma: 'no-cache',
          'User-Agent': userAgent,
          'Content-Type': contentType,
          'Content-Length': body.length,
          ...(agent === 'glpi' ? { 'GLPI-Agent-ID': agentidOf(message) } : {}),
          ...(key === undefined
            ? {}
            : { Authorization: `Basic ${Buffer.from(`${key}:x`).toString('base64')}` }),
        },
      },
      (response) => {
        const ids = response.headers['gatehouse-submission'];
        response.resume().once('end', () => {
          resolve({
            httpStatus: response.statusCode ?? 0,
            phrase: response.statusMessage ?? '',
            submissionId: typeof ids === 'string' ? ids.split(',')[0]?.trim() : undefined,
          });
        });
      },
    );
    sent.once('timeout', () => sent.destroy(new Error(`no answer within ${answerTimeoutMs} ms`)));
    sent.once('error', reject);
    sent.end(body);
  });
}

/** One install per machine; the clone carries the install of the machine it was copied from. */
function agentidOf(message: string): string {
  const installs: readonly (readonly [RegExp, string])[] = [
    [/namesake|copied/, 'e6a0c1de-1717-11f1-9a66-8c1645660666'],
    [/desk-02/, '5d41a8ba-0a52-11f1-8003-b8ca3a100103'],
    [/desk-09/, '77b2c640-0a52-11f1-8009-b8ca3a100109'],
    [/lyon/, '1f3d9a52-0e66-11f1-8021-8c1645210001'],
    [/nice/, '2a4eab63-0f3b-11f1-8031-8c1645310001'],
  ];
  return installs.find(([name]) => name.test(message))?.[1] ?? '3c2f97a8-0a52-11f1-8001-b8ca3a100101';
}
