import { Agent, request as httpRequest } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { deflateSync } from 'node:zlib';
import type { SimulatedMessage } from '../../simulation/message';

export interface SendPlan {
  /** Where agents post to. */
  readonly server: URL;
  /** The whole registration key of each site. */
  readonly keys: readonly string[];
  readonly concurrency: number;
  /** Messages a second at most; undefined: as fast as they are answered. */
  readonly ratePerSecond: number | undefined;
  readonly onSent: (count: number) => void;
}

export interface SentMessage {
  readonly message: SimulatedMessage;
  readonly httpStatus: number;
  readonly submissionId: string | undefined;
  readonly milliseconds: number;
}

/** Agents wait 180 s. */
const answerTimeoutMs = 180_000;

/** Sends day after day; within a day so many at a time. A message without an answer ends the simulation. */
export async function sendMessages(
  days: readonly (readonly SimulatedMessage[])[],
  plan: SendPlan,
): Promise<SentMessage[]> {
  const isTls = plan.server.protocol === 'https:';
  const limits = { keepAlive: true, maxSockets: plan.concurrency };
  const agent = isTls ? new TlsAgent(limits) : new Agent(limits);
  const sent: SentMessage[] = [];
  const startedMs = performance.now();
  try {
    for (const messages of days) {
      const queue = messages.values();
      const work = async (): Promise<void> => {
        for (const message of queue) {
          await pace(plan.ratePerSecond, sent.length, startedMs);
          sent.push(await send(plan, agent, message));
          plan.onSent(sent.length);
        }
      };
      await Promise.all(Array.from({ length: plan.concurrency }, work));
    }
  } finally {
    agent.destroy();
  }
  return sent;
}

async function pace(ratePerSecond: number | undefined, count: number, startedMs: number): Promise<void> {
  if (ratePerSecond === undefined) return;
  const waitMs = startedMs + (count * 1000) / ratePerSecond - performance.now();
  if (waitMs > 0) await sleep(waitMs);
}

function send(
  { server, keys }: SendPlan,
  agent: Agent | TlsAgent,
  message: SimulatedMessage,
): Promise<SentMessage> {
  const body = deflateSync(message.body);
  const credential = Buffer.from(`${keys[message.site] ?? ''}:x`).toString('base64');
  const startedMs = performance.now();
  return new Promise((resolve, reject) => {
    const request = (server.protocol === 'https:' ? tlsRequest : httpRequest)(
      server,
      {
        method: 'POST',
        agent,
        timeout: answerTimeoutMs,
        headers: {
          ...message.headers,
          'Content-Type': message.contentType,
          'Content-Length': body.length,
          Authorization: `Basic ${credential}`,
        },
      },
      (response) => {
        response.resume().once('end', () => {
          const ids = response.headers['gatehouse-submission'];
          resolve({
            message,
            httpStatus: response.statusCode ?? 0,
            submissionId: typeof ids === 'string' ? ids.split(',')[0]?.trim() : undefined,
            milliseconds: performance.now() - startedMs,
          });
        });
      },
    );
    request.once('timeout', () => request.destroy(new Error(`no answer within ${answerTimeoutMs} ms`)));
    request.once('error', reject);
    request.end(body);
  });
}
