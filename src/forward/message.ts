import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import { deflateSync } from 'node:zlib';
import { isPlainDeviceid } from '../domain/agent';
import { isJsonObject, type JsonObject } from '../domain/inventory';
import { writeRelayed, type Relayed } from '../domain/provenance';
import type { UpstreamKind } from '../domain/upstream';
import type { FieldPlan } from '../ingest/validate/field-plan';
import { fitForGlpi } from './fit-for-glpi';
import type { DueAsset, Sender } from './ports';

/** What is posted; undefined: it cannot be sent, as nothing is stored or no agent names it. */
export interface Message {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

const agentId = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
/** Printable ASCII, so that nothing in it can end a header. */
const userAgent = /^[\x20-\x7e]{1,250}$/;
const maxDeviceidLength = 255;

/**
 * An inventory, always whole, or a contact: Gatehouse's own JSON under the agent's headers. `proxyId` names this
 * installation in GLPI-Proxy-ID, as GLPI Agent's own proxy does.
 */
export function messageOf(
  due: DueAsset,
  plans: ReadonlyMap<string, FieldPlan>,
  proxyId: string,
  kind: UpstreamKind = 'glpi',
): Message | undefined {
  const deviceid = deviceidFor(kind, due.sender);
  if (deviceid === '' || deviceid.length > maxDeviceidLength) return undefined;
  const tag = due.tag ?? (kind === 'gatehouse' ? due.sender.tag : undefined);
  const tagged = { ...due, tag };
  const body = due.wanted === null ? contactOf(tagged, deviceid) : inventoryOf(tagged, deviceid, plans);
  if (body === undefined) return undefined;
  return { body: deflateSync(JSON.stringify(body)), headers: headersOf(due, proxyId, kind) };
}

const digestHexChars = 12;

const quotes = /['"`\\;]/;

/**
 * GLPI looks agents up by it, by a statement (CVE-2025-24799): one that its database takes for another's must not lead to
 * the other's agent. What is not plain, or holds quotes, goes as what is plain of it and a digest of the whole, so that it
 * is the same each time and no other's.
 */
function deviceidFor(kind: UpstreamKind, { deviceid = '' }: Sender): string {
  const isOwn = isPlainDeviceid(deviceid) && !quotes.test(deviceid);
  if (kind !== 'glpi' || deviceid === '' || isOwn) return deviceid;
  const digest = createHash('sha256').update(deviceid.toLowerCase()).digest('hex').slice(0, digestHexChars);
  const plain = deviceid.replace(/[^\x20-\x7e]|['"`\\;]/g, '').trim();
  return `${plain.slice(0, maxDeviceidLength - digestHexChars - 1)}-${digest}`;
}

function inventoryOf(due: DueAsset, deviceid: string, plans: ReadonlyMap<string, FieldPlan>) {
  if (due.content === undefined) return undefined;
  const content = agreeOnType(fitForGlpi(due.content, plans), due.itemtype);
  const { versionclient } = content;
  return {
    action: 'inventory',
    deviceid,
    itemtype: due.itemtype,
    ...(due.tag === undefined ? {} : { tag: due.tag }),
    content: { ...content, versionclient: typeof versionclient === 'string' ? versionclient : 'unknown' },
  };
}

/** What GLPI calls a device → what SNMP calls it. */
const deviceTypes: ReadonlyMap<string, string> = new Map([
  ['Computer', 'Computer'],
  ['NetworkEquipment', 'Networking'],
  ['Phone', 'Phone'],
  ['Printer', 'Printer'],
]);

/** A device whose agent left its type out is stored as "Unmanaged", a word that GLPI has for unmanaged ones only. */
function agreeOnType(content: JsonObject, itemtype: string): JsonObject {
  const { network_device: device } = content;
  const type = deviceTypes.get(itemtype);
  if (!isJsonObject(device) || device.type !== 'Unmanaged' || type === undefined) return content;
  return { ...content, network_device: { ...device, type } };
}

function contactOf(due: DueAsset, deviceid: string) {
  const tasks = ['inventory'];
  return {
    ...{ action: 'contact', deviceid, name: 'GLPI-Agent' },
    version: /v?(\d+(\.\d+)+)/.exec(due.sender.userAgent ?? '')?.[1] ?? '0',
    'installed-tasks': tasks,
    'enabled-tasks': tasks,
    ...(due.tag === undefined ? {} : { tag: due.tag }),
  };
}

function headersOf(
  { sender, wanted }: DueAsset,
  proxyId: string,
  kind: UpstreamKind,
): Record<string, string> {
  const { agentid = '', address = '', via } = sender;
  const agent = sender.userAgent ?? '';
  return {
    'content-type': 'application/x-compress-zlib',
    'user-agent': userAgent.test(agent) ? agent : 'Gatehouse',
    'glpi-proxy-id': [...(via?.proxyIds ?? []), proxyId].join(','),
    ...(agentId.test(agentid) ? { 'glpi-agent-id': agentid.toLowerCase() } : {}),
    ...(kind === 'gatehouse'
      ? { 'gatehouse-origin': writeRelayed(originOf(sender, wanted)) }
      : isIP(address) === 0
        ? {}
        : { 'x-forwarded-for': address }),
  };
}

/** What was said of it by the relay before, or what it came here with. */
function originOf({ via, kid, address, receivedAt }: Sender, submissionId: string | null): Relayed {
  const origin = { kid: kid ?? null, address: address ?? null, receivedAt: receivedAt ?? null, submissionId };
  return via?.relayed ?? { origin, relays: [] };
}
