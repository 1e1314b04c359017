import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Bootstrapped } from '../../admin/bootstrap';
import { defaultCarriers } from '../../domain/registration-key';
import { agentCommandLines } from '../agent-command-lines';
import { commandLineBlock } from '../printing/command-line-block';
import type { Screen } from '../printing/table';

const rule = '─'.repeat(72);

/** What a first start made. Printed once, on standard output only, never logged. */
export function firstStartBlock(made: Bootstrapped, screen: Screen): string {
  const token = made.adminToken ?? 'the one of the setting ADMIN_TOKEN';
  return [
    rule,
    screen.paint('bold', 'First start. The secrets below are shown this once: write them down.'),
    '',
    '  Entity            Root',
    `  Admin token       ${token}`,
    `  Registration key  ${made.registrationKey ?? '–'}`,
    rule,
  ].join('\n');
}

export interface Serving {
  readonly version: string;
  readonly address: { readonly host: string; readonly port: number };
  /** First of PUBLIC_URL: what keys are bound to. */
  readonly publicUrl: string;
  readonly workers: number;
  /** Of a first start; undefined later. */
  readonly registrationKey: string | undefined;
}

/** The last lines of a start: where to look, and what to type next. */
export function servingBlock(serving: Serving, screen: Screen): string {
  const { version, address, publicUrl, workers, registrationKey } = serving;
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  const lines = agentCommandLines({
    url: publicUrl,
    key: registrationKey ?? '<registration key>',
    carriers: defaultCarriers,
  });
  const command = `${commandName()} key create`;
  return [
    `Gatehouse ${version} listens on ${host}:${address.port}${workers > 1 ? `, ${workers} processes` : ''}.`,
    '',
    commandLineBlock(lines, screen),
    '',
    registrationKey === undefined
      ? `A new registration key: ${screen.paint('bold', command)}`
      : `More registration keys: ${screen.paint('bold', command)}`,
    `Console: ${screen.paint('bold', `${publicUrl}/admin`)}`,
    `Admin API: ${publicUrl}/api/v1`,
  ].join('\n');
}

/** How the commands are called here: in a checkout through npx, in the image by their name. */
export function commandName(): string {
  return existsSync(path.resolve(__dirname, '../../../bin/gatehouse')) ? 'npx gatehouse' : 'gatehouse';
}
