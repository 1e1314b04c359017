import { Agent } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { deflateSync } from 'node:zlib';
import type { SimulatedMessage } from '../../simulation/message';
import { postAsAgent } from '../post-as-agent';

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

async function send(
  { server, keys }: SendPlan,
  connections: Agent,
  message: SimulatedMessage,
): Promise<SentMessage> {
  const body = deflateSync(message.body);
  const startedMs = performance.now();
  const { httpStatus, submissionId } = await postAsAgent({
    url: server,
    connections,
    timeoutMs: answerTimeoutMs,
    headers: { ...message.headers, 'Content-Type': message.contentType },
    body,
    key: keys[message.site] ?? '',
  });
  return { message, httpStatus, submissionId, milliseconds: performance.now() - startedMs };
}
