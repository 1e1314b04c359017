import type { AgentHeaders } from '../domain/agent';
import { maxOriginLength } from '../domain/provenance';
import { withoutSecrets } from '../domain/withhold-secrets';

const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** Agents write upper case and ignore an answer in any other form. */
const requestIdPattern = /^[0-9A-F]{8}$/;
/** base64url; longer than any relay writes is none. */
const originPattern = new RegExp(`^[\\w-]{1,${maxOriginLength}}$`);
/** GLPI's proxy plugin gives up after 5 hops; the last of a longer chain are kept, they are the nearest. */
export const maxProxyIds = 32;

/** Reads what agents say in headers. `rawHeaders` is Node's flat list: name, value, name, value, … */
export function readAgentHeaders(rawHeaders: readonly string[]): AgentHeaders {
  const [userAgent] = valuesOf(rawHeaders, 'user-agent');
  const [contentType] = valuesOf(rawHeaders, 'content-type');
  return {
    agentid: onlyValid(valuesOf(rawHeaders, 'glpi-agent-id').map(lowerCase), uuidPattern),
    requestId: onlyValid(valuesOf(rawHeaders, 'glpi-request-id'), requestIdPattern),
    proxyIds: valuesOf(rawHeaders, 'glpi-proxy-id')
      .flatMap((value) => value.split(','))
      .map(lowerCase)
      .filter((id) => uuidPattern.test(id))
      .slice(-maxProxyIds),
    origin: onlyValid(valuesOf(rawHeaders, 'gatehouse-origin'), originPattern),
    // Both are kept: a key that was put there by mistake must not stand readable beside its device.
    userAgent: userAgent === undefined ? undefined : withoutSecrets(userAgent),
    contentType: contentType === undefined ? undefined : withoutSecrets(contentType),
  };
}

function valuesOf(rawHeaders: readonly string[], name: string): string[] {
  const values: string[] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    if (rawHeaders[i]?.toLowerCase() === name) values.push((rawHeaders[i + 1] ?? '').trim());
  }
  return values;
}

/** Two different ids in one request are a contradiction: neither is believed. */
function onlyValid(values: readonly string[], pattern: RegExp): string | undefined {
  const [first] = values;
  if (first === undefined || !pattern.test(first)) return undefined;
  return values.every((value) => value === first) ? first : undefined;
}

function lowerCase(text: string): string {
  return text.trim().toLowerCase();
}
