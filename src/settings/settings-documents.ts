import type { Setting } from './setting';
import { settingsTable } from './settings-table';

const settings: readonly Setting<unknown>[] = Object.values(settingsTable);

/** docs/settings.md, kept equal to the table by a test; `npm run settings:write` writes it. */
export function settingsMarkdown(): string {
  const rows = settings.map(({ name, kind, fallback, otherwise, description, isSecret }) => {
    const standard = fallback === undefined ? (otherwise ?? '') : `\`${fallback}\``;
    return `| \`${name}\` | ${kind.label}${isSecret ? '; secret' : ''} | ${standard} | ${description} |`;
  });
  return [
    '# Settings',
    '',
    '<!-- prettier-ignore-start -->',
    '<!-- Written from src/settings/settings-table.ts by `npm run settings:write`. -->',
    '',
    'Environment variables, or lines in a file `.env` in the working directory; the environment wins. An empty value',
    'counts as not set. Numbers are plain digits; the unit is in the name. A start lists all faults at once, and',
    '`gatehouse config` shows the effective values with their source.',
    '',
    '| Name | Value | Default | |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
    'Secrets are shown nowhere. The pepper belongs in the backup together with the database: without it no stored key',
    'can be recognised, and no credential of an upstream be read (docs/forwarding.md).',
    '',
    '<!-- prettier-ignore-end -->',
    '',
  ].join('\n');
}

/** .env.example: every setting with its default, commented out. */
export function envExample(): string {
  const blocks = settings.map(({ name, kind, fallback, otherwise, description }) => {
    const standard = fallback === undefined ? `# Default: ${plain(otherwise ?? '')}\n` : '';
    return `# ${description}\n# ${plain(kind.label)}\n${standard}#${name}=${fallback ?? ''}\n`;
  });
  return `# Copy to .env and take the # away from what you change. See docs/settings.md.\n\n${blocks.join('\n')}`;
}

function plain(text: string): string {
  return text.replaceAll('`', '');
}
