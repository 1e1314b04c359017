import { Problem } from '../../domain/problem';
import { askGlpi } from '../../admin/glpi/ask-glpi';
import { troubleWithOidc } from '../../admin/oidc-reach';
import { oidcCallbackPath } from '../../admin/oidc';
import { testUpstream } from '../../admin/upstream';
import { oidcOfSettings } from '../../settings/oidc';
import { upstreamOfSettings } from '../../settings/upstream';
import { SettingsError, type Settings } from '../../settings/settings';
import { listUpstreams } from '../../store/forwarding/upstreams';
import { listGlpiApis } from '../../store/glpi/glpi-api-settings';
import { examinePublicUrl } from '../path-test/examine-public-url';
import type { Check } from '../path-test/check';
import { probeOf } from '../probe-of';
import { pathOptionsOf } from '../registration-session';
import type { Examination } from './bounded';
import { ok, problem, skipped, warning, type Finding } from './finding';
import type { House } from './open-house';

const actor = 'gatehouse doctor';

/** What lies outside: the gateway's own URL from here, the GLPI behind, its API, the OpenID provider. */
export async function wayExaminations(
  house: House | undefined,
  settings: Settings,
  isRunning: boolean,
): Promise<Examination[]> {
  const some = house === undefined ? ofSettings(settings) : await ofDatabase(house, settings, isRunning);
  return [...some, ...oidcExaminations(settings)];
}

/** Without a database: the upstream that the settings name. */
function ofSettings(settings: Settings): Examination[] {
  if (settings.glpiUrl === undefined) return [];
  const look = async (): Promise<Finding[]> => {
    const upstream = upstreamOfSettings(settings);
    if (upstream === undefined) return [];
    return [judgeProbe(await probeOf(settings)({ ...upstream, instanceId: 1, version: 0 }), 1)];
  };
  return [{ check: 'upstream', look }];
}

async function ofDatabase(house: House, settings: Settings, isRunning: boolean): Promise<Examination[]> {
  const { admin, instances } = house;
  const urls = instances.flatMap(({ instanceId, publicUrls }) =>
    publicUrls.map((url) => ({ instanceId, url })),
  );
  const upstreams = await listUpstreams(admin.db);
  const apis = await listGlpiApis(admin.db);
  return [
    ...urls.map((asked) => ({
      check: 'public URL',
      look: async () =>
        isRunning
          ? publicUrlFindings(
              asked.url,
              await examinePublicUrl(admin, asked, isRunning, pathOptionsOf(settings)),
            )
          : [skipped('public URL', `${asked.url} was not asked: the gateway does not run here`)],
    })),
    ...upstreams.map((instanceId) => ({
      check: 'upstream',
      look: () => examineUpstream(house, settings, instanceId),
    })),
    ...apis.map((instanceId) => ({ check: 'GLPI API', look: () => examineGlpiApi(house, instanceId) })),
  ];
}

/** Where the way ends from here it may not end for agents: names and routers often differ inside. */
const onlyFromHere = new Set<Check['layer']>(['dns', 'tcp', 'proxy', 'http']);

export function publicUrlFindings(url: string, checks: readonly Check[]): Finding[] {
  const bad = checks.filter(({ state }) => state === 'failed' || state === 'warning');
  if (bad.length === 0) {
    const tls = checks.find(({ layer }) => layer === 'tls')?.what;
    return [ok('public URL', `${url} leads here${tls === undefined ? '' : `: ${tls}`}`)];
  }
  return bad.map(({ state, layer, what, nextStep, exitCode }) => {
    const said = `${url}, ${layer}: ${what}`;
    const next = nextStep ?? 'gatehouse test';
    if (state === 'warning') return warning('public URL', said, next);
    return onlyFromHere.has(layer)
      ? warning('public URL', `${said} (from this host)`, next)
      : problem('public URL', said, next, exitCode ?? undefined);
  });
}

async function examineUpstream({ admin }: House, settings: Settings, instanceId: number): Promise<Finding[]> {
  const deps = { ...admin, probeUpstream: probeOf(settings) };
  return [judgeProbe(await testUpstream(deps, { instanceId, actor }), instanceId)];
}

function judgeProbe(report: Awaited<ReturnType<typeof testUpstream>>, instanceId: number): Finding {
  const which = `that of instance ${instanceId}`;
  if (report.ok) return ok('upstream', `${which} takes inventories (${report.tookMs} ms)`);
  return warning(
    'upstream',
    `the way to ${which} ends at ${report.failedLayer ?? 'an unknown step'}: ${report.detail ?? ''}`,
    report.advice ?? 'gatehouse upstream test',
  );
}

/** Asked for a device that nobody has: what is delivered is looked up in the same way. */
const nobodys = {
  itemtype: 'Computer',
  deviceid: 'gatehouse-doctor',
  serial: null,
  uuid: null,
  name: null,
} as const;

async function examineGlpiApi({ admin }: House, instanceId: number): Promise<Finding[]> {
  try {
    const version = await askGlpi(admin, instanceId, async (api) => {
      await api.findItem(nobodys);
      return api.version;
    });
    return [
      ok('GLPI API', `answers${version === undefined ? '' : `, GLPI ${version}`} (instance ${instanceId})`),
    ];
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return [
      warning('GLPI API', error.detail, 'gatehouse glpi api show; set it again with gatehouse glpi api set'),
    ];
  }
}

function oidcExaminations(settings: Settings): Examination[] {
  const check = 'sign-in';
  const found = oidcOrFault(settings);
  if (found === undefined) return [];
  if (typeof found === 'string') {
    return [{ check, look: () => Promise.resolve([problem(check, found, 'See docs/sign-in.md')]) }];
  }
  const callback = `${settings.publicUrls[0] ?? ''}${oidcCallbackPath}`;
  const look = async (): Promise<Finding[]> => {
    const trouble = await troubleWithOidc(found, callback);
    return trouble === undefined
      ? [ok(check, `${found.issuer} answers`)]
      : [
          warning(
            check,
            trouble,
            'Nobody can sign in with it meanwhile; admin tokens go on. See docs/sign-in.md',
          ),
        ];
  };
  return [{ check, look }];
}

/** A text is a fault. */
function oidcOrFault(settings: Settings) {
  try {
    return oidcOfSettings(settings);
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
}
