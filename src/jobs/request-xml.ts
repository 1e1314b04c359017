import { optionNames, type ScanControl } from '../domain/passed-task';
import { escapeMarkup } from '../domain/xml-markup';

const agentFields = ['START', 'END', 'EXIT', 'AGENTVERSION', 'NBIP'];

/** A prolog as agents send it; GLPI and FusionInventory read no token, and want one. */
export function prologXml(deviceid: string): string {
  return `<DEVICEID>${escapeXml(deviceid)}</DEVICEID><QUERY>PROLOG</QUERY><TOKEN>12345678</TOKEN>`;
}

/** How far a scan is, as agents report it. */
export function scanControlXml(deviceid: string, { task, fields }: ScanControl): string {
  const element = (name: string): string =>
    fields[name] === undefined ? '' : `<${name}>${escapeXml(fields[name])}</${name}>`;
  const agent = agentFields.map(element).join('');
  const content = `<AGENT>${agent}</AGENT>${element('MODULEVERSION')}${element('PROCESSNUMBER')}`;
  return `<CONTENT>${content}</CONTENT><DEVICEID>${escapeXml(deviceid)}</DEVICEID><QUERY>${optionNames[task]}</QUERY>`;
}

/** Control characters have no place in XML, nor in a deviceid. */
function escapeXml(text: string): string {
  return escapeMarkup(text.toWellFormed().replace(/[\p{Cc}\uFFFE\uFFFF]/gu, ''));
}
