import type { KeyView } from '../../admin/key-view';
import { getKey } from '../../admin/keys';
import type { UrlAliasView } from '../../admin/url-alias-view';
import { command } from '../command';
import type { Shown } from '../shown';
import { sheet, type Screen } from '../printing/table';

export const keyShow = command({
  name: 'key show',
  summary: 'show one registration key (never its secret)',
  arguments: [{ name: '<kid>', description: 'the public part of the key' }],
  examples: ['gatehouse key show 3pWx8KqLm2Za'],
  run: async (context, _options, kid) =>
    shownKey(await context.withAdmin((admin, caller) => getKey(admin, caller, kid))),
});

export function shownKey(key: KeyView): Shown {
  return { value: key, text: (screen) => keySheet(key, screen) };
}

export function shownAlias({ url, until, state }: UrlAliasView): string {
  return `${url} (${state === 'ended' ? 'ended at' : 'until'} ${until ?? 'further notice'})`;
}

export function keySheet(key: KeyView, screen: Screen): string {
  const always = 'no end';
  return sheet(
    [
      ['name', key.name],
      ['kid', `${key.kid} (the key ends with …${key.hint})`],
      ['generation', key.generation],
      ['entity', key.entity],
      ['state', key.revokedAt === null ? key.state : `revoked at ${key.revokedAt}`],
      ['mode', key.mode],
      ['enrols new devices until', key.enrolUntil ?? always],
      ['good until', key.useUntil ?? always],
      ['assets', key.maxAssets === null ? key.assetCount : `${key.assetCount} of at most ${key.maxAssets}`],
      ['URLs', key.urls],
      ['former URLs', key.urlAliases.map(shownAlias)],
      ['networks', key.cidrs.length === 0 ? 'any' : key.cidrs],
      ['itemtypes', key.itemtypes.length === 0 ? 'any' : key.itemtypes.join(', ')],
      ['is for', key.scopes.join(', ')],
      ['passes on jobs of', key.passTasks.length === 0 ? 'no task' : key.passTasks.join(', ')],
      ['may travel as', key.carriers.join(', ')],
      ['tag policy', key.tag === null ? key.tagPolicy : `${key.tagPolicy} (${key.tag})`],
      ['rules', key.rules.map((rule, i) => `${i + 1}. ${JSON.stringify(rule)}`)],
      ['owner', key.owner],
      ['note', key.note],
      ['created', `${key.createdAt} by ${key.createdBy}`],
      ['last used', key.lastUsedAt === null ? 'never' : `${key.lastUsedAt} from ${key.lastUsedIp ?? '?'}`],
    ],
    screen,
  );
}
