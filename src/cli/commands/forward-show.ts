import { getForwarded, type ForwardedAsset } from '../../admin/forwarding/list';
import { command } from '../command';
import { sheet } from '../printing/table';
import type { Shown } from '../shown';

export const forwardShow = command({
  name: 'forward show',
  summary: 'show how one asset stands with GLPI: what waits, what was delivered, and what GLPI made of it',
  arguments: [{ name: '<asset>', description: 'id of the asset' }],
  examples: ['gatehouse forward show 0198c0de-0000-7000-8000-000000000001'],
  run: async (context, _options, id) =>
    shownForwarded(await context.withAdmin((admin, caller) => getForwarded(admin, caller, id))),
});

function shownForwarded(one: ForwardedAsset): Shown {
  return {
    value: one,
    text: (screen) => sheet([['asset', one.assetId], ['name', one.name], ...aboutForwarding(one)], screen),
  };
}

/** Also of the sheet of an asset. */
export function aboutForwarding(one: ForwardedAsset): [string, unknown][] {
  const { glpi } = one;
  const trouble: [string, unknown][] =
    one.reason === null
      ? []
      : [
          ['failed', `${one.failedAt ?? ''} ${one.reason}: ${one.detail ?? ''}`],
          ['', one.advice],
        ];
  return [
    ['passed on', one.deliveredAt],
    ['waits to be sent', one.sends === null ? null : `${one.sends} (${one.state}), since ${one.since ?? ''}`],
    ['next try', one.nextTryAt],
    ...trouble,
    ['in GLPI', glpi === null ? 'not looked up' : glpiText(glpi)],
  ];
}

function glpiText({ state, id, itemtype, entity, lookedUpAt }: NonNullable<ForwardedAsset['glpi']>): string {
  switch (state) {
    case 'found':
      return `${itemtype ?? 'item'} ${id ?? ''} in ${entity ?? 'an entity unknown'}, looked up ${lookedUpAt}`;
    case 'refused':
      return `refused by rule ${entity ?? 'unknown'}, looked up ${lookedUpAt}`;
    case 'absent':
      return `not there, looked up ${lookedUpAt}: did a rule of GLPI refuse it?`;
  }
}
