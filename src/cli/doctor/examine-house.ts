import { summariseForwarding } from '../../admin/forwarding/summary';
import { checkPepper, countsText, pepperReport } from '../../admin/pepper';
import { listRegistrations } from '../../admin/registrations';
import { verifyAudit } from '../../admin/verify-audit';
import { listWebhooks, maxWebhooks } from '../../admin/webhooks';
import type { AdminDeps, Caller } from '../../admin/admin-deps';
import type { Settings } from '../../settings/settings';
import { listEndsOfFullAdmins } from '../../store/admin-tokens';
import {
  countJunkLearned,
  readCanaryFacts,
  readHeldFacts,
  readHousekeepingFacts,
  readSourceFacts,
} from '../../store/health/house-facts';
import { readKeyFacts } from '../../store/health/key-facts';
import { countHouse } from '../../store/house-counts';
import { readSoftwareState } from '../../store/software/waiting-software';
import type { Examination } from './bounded';
import { daysAfter, ok, problem, soonDays, type Finding } from './finding';
import { judgeAdminTokens, judgeKeys } from './judge-access';
import { judgeCanaries, judgeHeld, judgeJunk, judgeSilent, judgeSources } from './judge-devices';
import { judgeForwarding } from './judge-forwarding';
import {
  judgeAudit,
  judgeHousekeeping,
  judgeRegistrations,
  judgeSoftware,
  judgeWebhooks,
} from './judge-upkeep';
import type { House } from './open-house';

/** Junk and alarms are told of for a week. */
const latelyDays = 7;
/** Of the audit log, so many are checked: a second or two. `gatehouse audit verify` checks all. */
const maxAuditEntries = 20_000;
const maxRegistrations = 500;

const actor = 'gatehouse doctor';

interface Looking {
  readonly house: House;
  readonly settings: Settings;
  readonly now: Date;
  readonly isRunning: boolean;
}

/** What the database says of how the installation fares. */
export function houseExaminations(house: House, settings: Settings, isRunning: boolean): Examination[] {
  const looking = { house, settings, now: house.admin.now(), isRunning };
  return [...ofAccess(looking), ...ofDevices(looking), ...ofSending(looking), ...ofUpkeep(looking)];
}

/** Of every instance, one after the other. */
async function ofEach<T>(
  { instances }: House,
  look: (caller: Caller) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  const found: T[] = [];
  for (const { instanceId } of instances) found.push(...(await look({ instanceId, actor })));
  return found;
}

function ofAccess({ house, settings, now }: Looking): Examination[] {
  const { admin, pool } = house;
  const hasOtherSignIn = settings.oidcIssuer !== undefined;
  return [
    { check: 'pepper', look: async () => [await examinePepper(admin)] },
    {
      check: 'admin tokens',
      look: () =>
        ofEach(house, async ({ instanceId }) => {
          const tokens = await listEndsOfFullAdmins(admin.db, instanceId, now);
          return [judgeAdminTokens(instanceId, tokens, now, hasOtherSignIn)];
        }),
    },
    {
      check: 'keys',
      look: async () => {
        const times = { now, soon: daysAfter(now, soonDays), lately: daysAfter(now, -soonDays) };
        return judgeKeys(await readKeyFacts(pool, times));
      },
    },
  ];
}

function ofDevices({ house: { admin, pool }, settings, now }: Looking): Examination[] {
  const { agentsSilentDays, trustedProxies } = settings;
  const lately = daysAfter(now, -latelyDays);
  return [
    {
      check: 'silent agents',
      look: async () => {
        const { assets, silentAssets } = await countHouse(admin.db, pool, now, agentsSilentDays);
        return [judgeSilent(assets.active, silentAssets, agentsSilentDays)];
      },
    },
    {
      check: 'proxies',
      look: async () => [judgeSources(await readSourceFacts(pool, daysAfter(now, -1)), trustedProxies)],
    },
    { check: 'quarantine', look: async () => [judgeHeld(await readHeldFacts(pool), now)] },
    { check: 'junk', look: async () => [judgeJunk(await countJunkLearned(pool, lately), latelyDays)] },
    {
      check: 'canary keys',
      look: async () => [judgeCanaries(await readCanaryFacts(pool, lately), latelyDays)],
    },
  ];
}

function ofSending({ house }: Looking): Examination[] {
  const { admin } = house;
  return [
    { check: 'forwarding', look: async () => judgeForwarding(await summariseForwarding(admin)) },
    {
      check: 'webhooks',
      look: async () =>
        judgeWebhooks(
          await ofEach(house, async (caller) => {
            return (await listWebhooks(admin, caller, { limit: maxWebhooks })).items;
          }),
        ),
    },
    {
      check: 'registrations',
      look: async () =>
        judgeRegistrations(
          await ofEach(house, async (caller) => {
            const { items } = await listRegistrations(admin, caller, { limit: maxRegistrations });
            return items.map(({ state }) => state);
          }),
        ),
    },
  ];
}

function ofUpkeep({ house, settings, now, isRunning }: Looking): Examination[] {
  const { admin, pool } = house;
  return [
    {
      check: 'audit',
      look: () =>
        ofEach(house, async (caller) => [
          judgeAudit(caller.instanceId, await verifyAudit(admin, caller, { last: maxAuditEntries })),
        ]),
    },
    {
      check: 'housekeeping',
      look: async () => judgeHousekeeping(await readHousekeepingFacts(pool), settings, now, isRunning),
    },
    {
      check: 'software',
      look: async () => [judgeSoftware(await readSoftwareState(pool), now, isRunning)],
    },
  ];
}

async function examinePepper(admin: AdminDeps): Promise<Finding> {
  await checkPepper(admin);
  const { previous, missing } = await pepperReport(admin);
  for (const uses of missing) {
    const what = `${countsText(uses)} need another pepper (${uses.pepperId}) that is not given`;
    return problem('pepper', what, 'Give it as KEY_PEPPER_PREVIOUS, or revoke them.');
  }
  if (admin.peppers.previous === undefined) return ok('pepper', 'fits the keys of this database');
  const left = countsText(previous);
  return left === ''
    ? ok('pepper', 'nothing needs KEY_PEPPER_PREVIOUS any more: remove it')
    : ok('pepper', `fits; ${left} still need KEY_PEPPER_PREVIOUS until they are used`);
}
