import { inflateSync } from 'node:zlib';
import { v7 } from 'uuid';
import type { JsonObject } from '../../src/domain/inventory';
import type { ReasonCode } from '../../src/domain/refusal-reason';
import { deviceNumber, jsonInventory, type Device } from './devices';
import { startTestGateway, type AgentAnswer, type TestGateway, type TestGatewayOptions } from './gateway';
import { eventually, submissionOf, type SubmissionRow } from './refusals';

/**
 * The scene of the abuse cases: two sites with a key each, behind one trusted proxy, so that everybody has an address
 * of his own. Every attempt gets a victim and an attacker nobody has seen before: nothing is left of the attempt
 * before.
 */
export interface Scene {
  readonly gateway: TestGateway;
  /** Site of every victim. */
  readonly paris: Site;
  /** Another site, whose key the attacker holds in the second round. */
  readonly lyon: Site;
  /** A machine nobody has seen. */
  machine(over?: Partial<Machine>): Machine;
  /** A machine of Paris whose inventory is stored. */
  settle(machine: Machine): Promise<Victim>;
  post(as: Machine, key: string | false, message?: string): Promise<AgentAnswer>;
  close(): Promise<void>;
}

export interface Site {
  readonly entityId: string;
  readonly kid: string;
  readonly key: string;
}

export interface Machine {
  readonly device: Device & Required<Pick<Device, 'deviceid' | 'name' | 'serial' | 'uuid' | 'macs'>>;
  readonly agentid: string;
  readonly address: string;
  /** Laid over the content of the device. */
  readonly content: JsonObject;
  /** More of them, e.g. what the proxy tells of a client certificate. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Victim {
  readonly machine: Machine;
  readonly assetId: string;
  readonly before: Snapshot;
}

export type Snapshot = Readonly<Record<string, readonly string[]>>;

export async function openScene(over: TestGatewayOptions = {}): Promise<Scene> {
  const gateway = await startTestGateway({
    origin: { trustedProxies: ['127.0.0.1/32'], headerFamily: 'x-forwarded' },
    ...over,
  });
  const site = async (name: string): Promise<Site> => {
    const { id } = await gateway.api<{ id: string }>('POST', '/entities', { name, tag: name.toUpperCase() });
    return { entityId: id, ...(await gateway.newKey({ entityId: id, name })) };
  };
  const [paris, lyon] = [await site('Paris'), await site('Lyon')];
  let machines = 0;
  const post: Scene['post'] = async (as, key, message = messageOf(as)) => {
    const answer = await gateway.post('/front/inventory.php', { body: message, headers: headersOf(as), key });
    // No attack is refused by a fault.
    if (answer.status === 500) throw new Error(gateway.log.findLast((line) => line.includes('"err"')));
    return answer;
  };
  return {
    gateway,
    paris,
    lyon,
    post,
    machine: (traits) => ({ ...machineNumber(++machines), ...traits }),
    settle: async (machine) => {
      const { assetId, verdict } = await submissionOf(gateway, await post(machine, paris.key));
      if (assetId === null) throw new Error(`the victim has no asset: ${verdict}`);
      return { machine, assetId, before: await snapshotOf(gateway, assetId) };
    },
    close: () => gateway.close(),
  };
}

function machineNumber(n: number): Machine {
  const digits = n.toString(16).padStart(12, '0');
  return {
    device: deviceNumber(n),
    agentid: `5e0cbb1e-31aa-4d0d-8a0a-${digits}`,
    address: `10.1.${n >> 8}.${n & 255}`,
    content: systemOf(n),
  };
}

/** What a GLPI Agent tells of the system; the ssh host key is another for every machine. */
export function systemOf(n: number, over: JsonObject = {}): JsonObject {
  const blob = Buffer.from(`\0\0\0\x0bssh-ed25519\0\0\0 ${String(n).padStart(32, 'k')}`, 'latin1');
  return {
    operatingsystem: {
      name: 'Debian GNU/Linux',
      full_name: 'Debian GNU/Linux 12 (bookworm)',
      kernel_name: 'linux',
      install_date: '2025-03-04 10:11:12',
      boot_time: '2026-11-02 07:30:00',
      ssh_key: `ssh-ed25519 ${blob.toString('base64')}`,
      ...over,
    },
  };
}

export function messageOf({ device, content }: Machine): string {
  return jsonInventory(device, content);
}

export function headersOf({ agentid, address, headers }: Machine): Record<string, string> {
  return {
    'glpi-agent-id': agentid,
    'user-agent': 'GLPI-Agent_v1.11',
    'x-forwarded-for': address,
    ...headers,
  };
}

/** A device without some of its marks. */
export function lacking(device: Device, ...names: (keyof Device)[]): Device {
  return Object.fromEntries(Object.entries(device).filter(([name]) => !names.includes(name as keyof Device)));
}

const tablesOfAsset = ['asset', 'asset_identifier', 'asset_inventory', 'asset_event', 'agent'];

/** Every row about the asset and its agent, as PostgreSQL writes it; `contested` is looked at apart. */
export async function snapshotOf(gateway: TestGateway, assetId: string): Promise<Snapshot> {
  const entries = await Promise.all(
    tablesOfAsset.map(async (table) => {
      const rows = await gateway.sql<{ row: string }>(
        `SELECT (to_jsonb(t) - 'contested')::text AS row FROM ${table} t WHERE asset_id = $1 ORDER BY 1`,
        [assetId],
      );
      return [table, rows.map(({ row }) => row)] as const;
    }),
  );
  return Object.fromEntries(entries);
}

export async function storedInventoryOf(gateway: TestGateway, assetId: string): Promise<JsonObject> {
  const [row] = await gateway.sql<{ content: Buffer }>(
    'SELECT content FROM asset_inventory WHERE asset_id = $1',
    [assetId],
  );
  return JSON.parse(inflateSync(row?.content ?? Buffer.alloc(0)).toString()) as JsonObject;
}

/** Nothing is known of the asset that was not known before; `frozen` says that an admin must decide first. */
export async function expectUntouched(
  gateway: TestGateway,
  { assetId, before }: Pick<Victim, 'assetId' | 'before'>,
  frozen = false,
): Promise<void> {
  expect(await snapshotOf(gateway, assetId)).toEqual(before);
  const [row] = await gateway.sql<{ contested: unknown }>('SELECT contested FROM asset WHERE asset_id = $1', [
    assetId,
  ]);
  expect(row?.contested !== null).toBe(frozen);
}

/** `new`: an asset of the attacker's own, beside the victim's. `skip`: another test says what becomes of it. */
export type Fate = 'new' | 'skip' | ReasonCode;

export interface Attack {
  /** What is otherwise about the victim. */
  readonly victim?: (machine: Machine) => Machine;
  /** Made of the victim's marks and the attacker's own. */
  readonly forged: (victim: Machine, attacker: Machine) => Machine;
  /** The message, where it is not the inventory of the forged machine. */
  readonly message?: (forged: Machine) => string;
  readonly otherSite: Fate;
  readonly sameKey: Fate;
  /** With the same key the asset is frozen until an admin has decided. */
  readonly freezes?: true;
}

/** The same attack without a key, with the key of another site, and with the victim's own key. */
export async function playAttack(scene: Scene, attack: Attack): Promise<void> {
  await withoutKey(scene, attack);
  await withKey(scene, attack, scene.lyon, attack.otherSite, false);
  await withKey(scene, attack, scene.paris, attack.sameKey, attack.freezes ?? false);
}

async function prepare(scene: Scene, attack: Attack) {
  const victim = await scene.settle((attack.victim ?? ((machine) => machine))(scene.machine()));
  const forged = attack.forged(victim.machine, scene.machine());
  return { victim, forged, message: (attack.message ?? messageOf)(forged) };
}

async function withoutKey(scene: Scene, attack: Attack): Promise<void> {
  const { victim, forged, message } = await prepare(scene, attack);
  const { gateway } = scene;
  const count = () => gateway.sql('SELECT FROM asset');
  const assets = (await count()).length;
  const answer = await scene.post(forged, false, message);
  expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, 'Basic realm="Gatehouse"']);
  expect(await count()).toHaveLength(assets);
  await expectUntouched(gateway, victim);
  await expectFolded(gateway, 'key_missing', forged.address);
  await expectGoesOn(scene, victim, forged);
}

async function withKey(scene: Scene, attack: Attack, site: Site, fate: Fate, freezes: boolean) {
  if (fate === 'skip') return;
  const { victim, forged, message } = await prepare(scene, attack);
  const submission = await submissionOf(scene.gateway, await scene.post(forged, site.key, message));
  await expectFate(scene, submission, fate, victim);
  await expectUntouched(scene.gateway, victim, freezes);
  await expectInside(scene, submission, site);
  await expectGoesOn(scene, victim, forged, freezes);
}

/** Whatever became of it is not in the entity of another site. */
async function expectInside({ gateway }: Scene, { assetId, verdict }: SubmissionRow, site: Site) {
  if (verdict !== 'accepted') return;
  expect(await gateway.api('GET', `/assets/${assetId ?? ''}`)).toMatchObject({
    entityId: site.entityId,
    kid: site.kid,
  });
}

/** The admin sees what was tried, by which key and from where, and against which asset. */
export async function expectFate(
  { gateway }: Scene,
  submission: SubmissionRow,
  fate: Fate,
  { assetId }: Pick<Victim, 'assetId'>,
): Promise<void> {
  const { verdict, reason, outcome } = submission;
  if (fate === 'new') {
    expect([verdict, outcome, reason]).toEqual(['accepted', 'created', null]);
    expect(submission.assetId).not.toBe(assetId);
    return;
  }
  expect([reason, verdict]).toEqual([fate, expect.stringMatching(/^(quarantined|refused)$/)]);
  expect(Object.keys(submission.evidence)).not.toEqual([]);
  expect(submission).toMatchObject({ sourceAddress: expect.stringMatching(/^10\.1\./) as unknown });
  if (verdict !== 'quarantined') return;
  expect(await gateway.api('GET', `/quarantine/${submission.id}`)).toMatchObject({
    reason: fate,
    resolution: null,
  });
}

/** The victim can go on as if nothing had happened: its partial and its next full inventory count. */
export async function expectGoesOn(
  scene: Scene,
  { machine, assetId }: Victim,
  forged: Machine,
  frozen = false,
): Promise<void> {
  const { gateway, paris } = scene;
  const sent = async (isPartial: boolean, software: string) => {
    const device = {
      ...machine.device,
      softwares: [...(machine.device.softwares ?? []), software],
      isPartial,
    };
    return submissionOf(gateway, await scene.post({ ...machine, device }, paris.key));
  };
  const expected = frozen
    ? { verdict: 'quarantined', reason: 'asset_contested' }
    : { verdict: 'accepted', outcome: 'updated', assetId };
  // Who sends under the victim's own agentid can make it send one full inventory more; nobody else can.
  if (!frozen && forged.agentid !== machine.agentid) {
    expect(await sent(true, `partial ${v7()}`)).toMatchObject(expected);
  }
  expect(await sent(false, `full ${v7()}`)).toMatchObject(expected);
}

/** Counted with its reason and address: nobody without a key gets a row for each request. */
export async function expectFolded(
  gateway: TestGateway,
  reason: ReasonCode,
  address: string,
): Promise<SubmissionRow & { folded: number }> {
  return eventually(`${reason} of ${address}`, async () => {
    const { items } = await gateway.api<{
      items: (SubmissionRow & { sourceAddress: string; folded: number })[];
    }>('GET', `/submissions?reason=${reason}&limit=200`);
    return items.find(({ sourceAddress }) => sourceAddress === address);
  });
}
