import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { AgentHeaders } from '../../../src/domain/agent';
import type { AgentMessage, InventoryMessage } from '../../../src/domain/inventory';
import { decode, type DecodedBody } from '../../../src/protocol/decode';
import { defaultDecodeLimits } from '../../../src/protocol/limits';

/** Real payloads stand beside the project, not in it. Tests that need them skip where they are missing. */
export const sharedFolder = path.resolve(__dirname, '../../../../shared');
export const corpusFolder = path.join(sharedFolder, 'corpus');
export const exchangesFolder = path.join(sharedFolder, 'exchanges');

export const describeWithCorpus = existsSync(corpusFolder) ? describe : describe.skip;
export const describeWithExchanges = existsSync(exchangesFolder) ? describe : describe.skip;

/** Names of files below `folder` that end in `ending`; empty where the folder is missing. */
export function filesIn(folder: string, ending: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .sort();
}

export function readJsonFile(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

export const noHeaders: AgentHeaders = {
  agentid: undefined,
  requestId: undefined,
  proxyIds: [],
  userAgent: undefined,
  contentType: undefined,
};

/** The decoded body; fails the test when it was refused. */
export function decoded(wire: Buffer | string, headers: Partial<AgentHeaders> = {}): DecodedBody {
  const bytes = typeof wire === 'string' ? Buffer.from(wire) : wire;
  const result = decode(bytes, { ...noHeaders, ...headers }, defaultDecodeLimits);
  if (result.verdict === 'refused') {
    throw new Error(`refused: ${result.reason} ${JSON.stringify(result.evidence)}`);
  }
  return result.value;
}

export function firstMessage(wire: Buffer | string, headers: Partial<AgentHeaders> = {}): AgentMessage {
  const [message] = decoded(wire, headers).messages;
  if (message === undefined) throw new Error('no message');
  return message;
}

export function inventoryOf(wire: Buffer | string, headers: Partial<AgentHeaders> = {}): InventoryMessage {
  const message = firstMessage(wire, headers);
  if (message.kind !== 'inventory') throw new Error(`not an inventory: ${message.kind}`);
  return message;
}

/** Content as plain JSON, for reading in tests. */
export function contentOf(
  wire: Buffer | string,
  headers: Partial<AgentHeaders> = {},
): Record<string, unknown> {
  return inventoryOf(wire, headers).content as Record<string, unknown>;
}

/** The reason a body is refused for; undefined when it is not. */
export function reasonFor(
  wire: Buffer | string,
  headers: Partial<AgentHeaders> = {},
  limits = defaultDecodeLimits,
): string | undefined {
  const bytes = typeof wire === 'string' ? Buffer.from(wire) : wire;
  const result = decode(bytes, { ...noHeaders, ...headers }, limits);
  return result.verdict === 'refused' ? result.reason : undefined;
}
