import type { AgentHeaders, Dialect, Speech } from '../domain/agent';
import type { AgentMessage } from '../domain/inventory';
import { passed, refused, type StageResult } from '../domain/verdict';
import { maskSecrets } from '../domain/withhold-secrets';
import { bodyText } from './body-text';
import { inflate } from './inflate';
import { jsonMessage } from './json-messages';
import type { DecodeLimits } from './limits';
import { readJson } from './read-json';
import { replyEncoding } from './speech';
import { versionFromUserAgent } from './version-from-user-agent';
import { xmlMessages } from './xml-messages';
import { readXml } from './xml-tree';

export interface DecodedBody {
  /** At least one; more only for a network scan of several devices. */
  readonly messages: readonly AgentMessage[];
  /** The dialect the body was written in, and the encoding the answer must have. */
  readonly speech: Speech;
  readonly inflatedBytes: number;
  /** Set when the body held secrets of ours: the same, inflated, without them. What is kept of the body is this. */
  readonly masked: Buffer | undefined;
}

/**
 * Bytes of a body → messages. Never throws on any bytes: what is wrong with them is a refusal with one of
 * encoding_unsupported, inflate_limit_exceeded, payload_malformed, payload_too_complex, message_unsupported.
 */
export function decode(wire: Buffer, headers: AgentHeaders, limits: DecodeLimits): StageResult<DecodedBody> {
  const inflated = inflate(wire, headers, limits);
  if (inflated.verdict === 'refused') return inflated;
  const masked = maskSecrets(inflated.value.bytes);
  const text = bodyText(masked ?? inflated.value.bytes);
  if (text.verdict === 'refused') return text;
  const dialect = dialectOf(text.value);
  if (dialect === undefined) return refused('payload_malformed', { why: 'neither JSON object nor XML' });
  const messages = readMessages(text.value, dialect, headers, limits);
  if (messages.verdict === 'refused') return messages;
  return passed({
    messages: messages.value,
    speech: { dialect, encoding: replyEncoding(headers, inflated.value.encoding) },
    inflatedBytes: inflated.value.bytes.length,
    masked,
  });
}

function readMessages(
  text: string,
  dialect: Dialect,
  headers: AgentHeaders,
  limits: DecodeLimits,
): StageResult<readonly AgentMessage[]> {
  const version = versionFromUserAgent(headers.userAgent);
  if (dialect === 'xml') {
    const tree = readXml(text, limits);
    return tree.verdict === 'refused' ? tree : xmlMessages(tree.value, version);
  }
  const root = readJson(text, limits);
  if (root.verdict === 'refused') return root;
  const message = jsonMessage(root.value, version);
  return message.verdict === 'refused' ? message : passed([message.value]);
}

function dialectOf(text: string): Dialect | undefined {
  const start = /\S/.exec(text)?.[0];
  if (start === '{' || start === '[') return 'json';
  return start === '<' ? 'xml' : undefined;
}
