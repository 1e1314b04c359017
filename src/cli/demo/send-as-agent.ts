import { readFileSync } from 'node:fs';
import path from 'node:path';
import { deflateSync } from 'node:zlib';
import { speechOf } from '../../simulation/render/speech';
import { postAsAgent, type AgentAnswer } from '../post-as-agent';
import type { DemoAgent } from './fleet';

/** The same place from src and from dist. */
const messageFolder = path.resolve(__dirname, '../../../demo/messages');
/** Agents wait 180 s; on this machine nothing takes a tenth of this. */
const answerTimeoutMs = 30_000;

export interface AgentMessageToSend {
  readonly port: number;
  readonly agent: DemoAgent;
  /** File in demo/messages. */
  readonly message: string;
  /** The whole key; undefined: none is sent. */
  readonly key: string | undefined;
}

/** Posts a message with the headers and the encoding of its agent, the key as user in the URL. */
export async function sendAsAgent({ port, agent, message, key }: AgentMessageToSend): Promise<AgentAnswer> {
  const { userAgent, contentType } = speechOf[agent];
  return await postAsAgent({
    url: new URL(`http://127.0.0.1:${port}${agent === 'glpi' ? '/front/inventory.php' : '/ocsinventory'}`),
    connections: false,
    timeoutMs: answerTimeoutMs,
    headers: {
      TE: 'deflate,gzip;q=0.3',
      Connection: 'TE',
      Pragma: 'no-cache',
      'User-Agent': userAgent,
      'Content-Type': contentType,
      ...(agent === 'glpi' ? { 'GLPI-Agent-ID': agentidOf(message) } : {}),
    },
    body: deflateSync(readFileSync(path.join(messageFolder, message))),
    key,
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
