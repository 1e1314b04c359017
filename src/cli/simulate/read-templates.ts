import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Template } from '../../simulation/dress';
import { CommandFailure, exitCodes } from '../exit-code';

/** Read at most, the first by name. */
const maxTemplates = 100;
const maxTemplateBytes = 8 * 1024 * 1024;

/**
 * Contents of the GLPI Agent inventories in a folder (`glpi-agent --local FOLDER --json` writes one). Other files are left
 * out. Throws CommandFailure when there is none.
 */
export function readTemplates(folder: string): readonly Template[] {
  const templates: Template[] = [];
  for (const name of namesIn(folder)) {
    if (templates.length === maxTemplates) break;
    const content = contentOf(path.join(folder, name));
    if (content !== undefined) templates.push(content);
  }
  if (templates.length > 0) return templates;
  throw new CommandFailure(
    exitCodes.usage,
    `${folder} holds no inventory of a computer in JSON.`,
    'Write some there: glpi-agent --local FOLDER --json',
  );
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .sort();
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    throw new CommandFailure(
      exitCodes.usage,
      `${folder} cannot be read (${code}).`,
      'Give a folder of inventories.',
    );
  }
}

function contentOf(file: string): Template | undefined {
  if (statSync(file).size > maxTemplateBytes) return undefined;
  const message = parsed(readFileSync(file, 'utf8'));
  const { itemtype = 'Computer', partial, content } = message;
  const isWhole = itemtype === 'Computer' && partial !== true;
  return isWhole && typeof content === 'object' && content !== null ? (content as Template) : undefined;
}

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    // Not JSON, so no template; that none was found at all is said by the caller.
    return {};
  }
}
