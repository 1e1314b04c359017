import { deflateSync, gzipSync } from 'node:zlib';
import type { AgentReply, Speech } from '../domain/agent';
import { optionNames, type NetworkOption } from '../domain/passed-task';
import { escapeMarkup } from '../domain/xml-markup';

export interface EncodedReply {
  readonly body: Buffer;
  readonly contentType: string;
}

/** GLPI cuts at 250 too; agents log the message on one line. */
const maxMessageLength = 250;

/**
 * An answer in the agent's dialect and encoding. Content types are exact: GLPI Agent decides by them how to read the
 * body. Brotli and raw deflate are read by no known agent, so those who send them are answered plain.
 */
export function encodeReply(reply: AgentReply, speech: Speech): EncodedReply {
  const isJson = isJsonOnly(reply) || (speech.dialect === 'json' && reply.kind !== 'prolog');
  const plain = Buffer.from(isJson ? JSON.stringify(jsonOf(reply)) : xmlOf(reply));
  switch (speech.encoding) {
    case 'zlib':
      // Default level: FusionInventory 2.6 and GLPI Agent 1.4 look for the bytes 78 9C.
      return { body: deflateSync(plain), contentType: 'application/x-compress-zlib' };
    case 'gzip':
      return { body: gzipSync(plain), contentType: 'application/x-compress-gzip' };
    case 'brotli':
    case 'deflate':
    case 'none':
      return { body: plain, contentType: isJson ? 'application/json' : 'application/xml' };
  }
}

/** The answer to an XML prolog of a JSON agent is JSON; contact exists in JSON only. */
function isJsonOnly(reply: AgentReply): boolean {
  return reply.kind === 'pending' || reply.kind === 'contact';
}

function jsonOf(reply: AgentReply): object {
  switch (reply.kind) {
    case 'pending':
      return { status: 'pending', expiration: 0 };
    case 'prolog':
    case 'taken':
      return { status: 'ok', expiration: wholeHours(reply.expirationHours) };
    case 'acknowledged':
      return { status: 'ok' };
    case 'contact':
      return {
        status: 'ok',
        expiration: wholeHours(reply.expirationHours),
        disabled: reply.disabledTasks,
        // Without an entry for a planned task the agent would go on in XML, as with a plugin: what the named ones shall do.
        tasks: {
          inventory: { server: 'glpi', version: reply.glpiVersion },
          ...Object.fromEntries(
            (reply.networkTasks ?? []).map((task) => [
              task,
              { server: 'glpiinventory', version: pluginVersion },
            ]),
          ),
        },
      };
    case 'error':
      return {
        status: 'error',
        message: oneLine(reply.message),
        expiration: wholeHours(reply.expirationHours),
      };
  }
}

function xmlOf(reply: AgentReply): string {
  const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';
  return `${declaration}<REPLY>${xmlContentOf(reply)}</REPLY>`;
}

function xmlContentOf(reply: AgentReply): string {
  switch (reply.kind) {
    case 'prolog':
      return `<PROLOG_FREQ>${wholeHours(reply.expirationHours)}</PROLOG_FREQ><RESPONSE>${reply.stopsInventory === true ? 'STOP' : 'SEND'}</RESPONSE>${(reply.options ?? []).map(optionXml).join('')}`;
    case 'taken':
      return `<RESPONSE>${reply.family === 'ocs' ? 'no_account_update' : 'SEND'}</RESPONSE>`;
    case 'acknowledged':
      return reply.family === 'ocs' ? '<RESPONSE>no_update</RESPONSE>' : '';
    case 'error':
      return `<ERROR>${escapeXml(oneLine(reply.message))}</ERROR>`;
    case 'pending':
    case 'contact':
      throw new Error(`a ${reply.kind} reply has no XML form`);
  }
}

/** An agent compares it with nothing; it has to be there. */
const pluginVersion = '1.0.0';

function optionXml({ task, elements }: NetworkOption): string {
  const inside = elements.map(({ name, attributes }) => {
    const pairs = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeAttribute(value)}"`);
    return `<${name}${pairs.join('')}/>`;
  });
  return `<OPTION><NAME>${optionNames[task]}</NAME>${inside.join('')}</OPTION>`;
}

function escapeAttribute(text: string): string {
  return escapeXml(text.toWellFormed().replace(/[\p{Cc}]/gu, ' ')).replaceAll('"', '&quot;');
}

/** Agents read a number as hours; PROLOG_FREQ must be an integer. */
function wholeHours(hours: number): number {
  return Math.max(1, Math.round(hours));
}

function oneLine(message: string): string {
  return message
    .toWellFormed()
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, maxMessageLength)
    .toWellFormed();
}

function escapeXml(text: string): string {
  return escapeMarkup(text.replace(/[\uFFFE\uFFFF]/g, ''));
}
