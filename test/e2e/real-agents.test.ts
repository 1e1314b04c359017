import { startTestGateway, type TestGateway } from '../support/gateway';
import {
  canRename,
  createFleet,
  lackingForAgents,
  type AgentFleet,
  type AgentInstall,
  type AgentProgram,
  type AgentRunOptions,
} from '../support/real-agents';

const lacking = lackingForAgents();
if (lacking !== undefined) console.warn(`Real agents are not run: ${lacking}.`);
const describeWithAgents = lacking === undefined ? describe : describe.skip;
const isRenaming = lacking === undefined && canRename();
if (lacking === undefined && !isRenaming) console.warn('Hosts are not renamed: unshare -u needs root.');
const testWithRenaming = isRenaming ? test : test.skip;

interface Asset {
  id: string;
  name: string;
  entity: string;
  serial: string | null;
  uuid: string | null;
  macs: string[];
  kid: string;
  status: string;
  deviceids: string[];
  agentVersion: string;
}
interface Submission {
  verdict: string;
  outcome: string | null;
  reason: string | null;
  assetId: string | null;
  kid: string;
  evidence: { match: { agreed: string[] } };
}

const programs: AgentProgram[] = ['fusioninventory', 'ocs'];
const testTimeoutMs = 240_000;
/** What an agent prints when it is not let in. Whole numbers: a port or a key may hold these digits too. */
const refused = /\b(?:401|403)\b|communication error/i;
let gateway: TestGateway;
let fleet: AgentFleet;

beforeEach(async () => {
  gateway = await startTestGateway();
  fleet = createFleet();
});
afterEach(async () => {
  fleet.remove();
  await gateway.close();
});

const withKey = (key: string) => `${gateway.url.replace('//', `//${key}:x@`)}/ocsinventory`;
const plainUrl = () => `${gateway.url}/ocsinventory`;
const assets = async () => (await gateway.api<{ items: Asset[] }>('GET', '/assets')).items;
/** Oldest first. */
const submissions = async () =>
  (await gateway.api<{ items: Submission[] }>('GET', '/submissions')).items.toReversed();
const accepted = async () => (await submissions()).filter(({ verdict }) => verdict === 'accepted');

async function entity(name: string, parentId?: string, tag?: string): Promise<string> {
  const body = {
    name,
    ...(parentId === undefined ? {} : { parentId }),
    ...(tag === undefined ? {} : { tag }),
  };
  return (await gateway.api<{ id: string }>('POST', '/entities', body)).id;
}

/** A revocation reaches every process by a notification, so it takes a moment. */
async function revoke(kid: string, key: string): Promise<void> {
  await gateway.api('POST', `/keys/${kid}/revoke`, {});
  const body = '<REQUEST><DEVICEID>pc-2026-01-02-03-04-05</DEVICEID><QUERY>PROLOG</QUERY></REQUEST>';
  for (let i = 0; i < 100; i++) {
    if ((await gateway.post('/', { body, key })).status === 403) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('the revoked key still works');
}

/** OCS reads its user and password as base64, and needs the realm told. */
function passwordOptions(program: AgentProgram, user: string, password: string): string[] {
  const spelled = (text: string) => (program === 'ocs' ? Buffer.from(text).toString('base64') : text);
  const realm = program === 'ocs' ? ['--realm=Gatehouse'] : [];
  return [`--user=${spelled(user)}`, `--password=${spelled(password)}`, ...realm];
}

describeWithAgents.each(programs)('%s, as Debian ships it', (program) => {
  let agent: AgentInstall;
  beforeEach(() => {
    agent = fleet.install(program);
  });
  const run = (url: string, options?: AgentRunOptions) => agent.run(url, options);

  it(
    'puts its machine into the entity of the key in its URL, as the API shows',
    async () => {
      const paris = await entity('Paris', await entity('France'));
      const { kid, key } = await gateway.newKey({ entityId: paris });
      const { output } = await run(withKey(key));
      const [asset, ...others] = await assets();

      expect([others.length, output]).toEqual([0, expect.not.stringMatching(refused)]);
      expect(asset).toMatchObject({
        entity: 'Root > France > Paris',
        kid,
        status: 'active',
        name: expect.stringMatching(/./) as unknown,
        agentVersion: expect.stringMatching(program === 'ocs' ? /OCS/ : /FusionInventory/) as unknown,
      });
      expect(asset?.deviceids).toHaveLength(1);
      expect(await accepted()).toMatchObject([{ outcome: 'created', assetId: asset?.id, kid }]);
    },
    testTimeoutMs,
  );

  it(
    'sends the key with its user and password options, once it is asked for them',
    async () => {
      await run(plainUrl(), { options: passwordOptions(program, gateway.key, 'x') });
      expect(await accepted()).toMatchObject([{ outcome: 'created' }]);
      await run(plainUrl(), { options: passwordOptions(program, 'agent', gateway.key) });
      expect(await accepted()).toHaveLength(2);
      expect(await assets()).toHaveLength(1);
    },
    testTimeoutMs,
  );

  it(
    'carries the key in the path where the key allows it',
    async () => {
      const { kid, key } = await gateway.newKey({ carriers: ['path'] });
      await run(`${gateway.url}/k/${key}/front/inventory.php`);
      expect(await accepted()).toMatchObject([{ outcome: 'created', kid }]);
      expect(gateway.log.join('\n')).not.toContain(key);
    },
    testTimeoutMs,
  );

  it(
    'logs the neutral phrase for a wrong key, and stores nothing',
    async () => {
      const wrong = `${gateway.key.slice(0, -1)}${gateway.key.endsWith('0') ? '1' : '0'}`;
      const { output, exitCode } = await run(withKey(wrong));
      expect(output).toContain('403 Registration key refused');
      // FusionInventory ends with 0 whatever it was answered.
      expect(exitCode).toBe(program === 'ocs' ? 1 : 0);
      expect(await assets()).toEqual([]);
      expect(await gateway.sql('SELECT FROM asset_inventory')).toEqual([]);
    },
    testTimeoutMs,
  );

  it(
    'logs why its revoked key is refused, and its asset stays as it was',
    async () => {
      const { kid, key } = await gateway.newKey();
      await run(withKey(key));
      const before = await assets();
      expect(before).toHaveLength(1);
      await revoke(kid, key);
      const { output } = await run(withKey(key));
      expect(output).toContain('403 Registration key revoked');
      expect(await assets()).toEqual(before);
      expect(await accepted()).toHaveLength(1);
    },
    testTimeoutMs,
  );

  it(
    'runs again: unchanged',
    async () => {
      await run(withKey(gateway.key));
      // Others on this machine may plug a network interface or mount a disk meanwhile, which is a change: three tries.
      for (let i = 0; i < 3 && (await accepted()).at(-1)?.outcome !== 'unchanged'; i++) {
        await run(withKey(gateway.key));
      }
      const [asset, ...others] = await assets();
      expect(others).toEqual([]);
      const history = await gateway.api('GET', `/assets/${asset?.id ?? ''}/history`);
      expect([(await accepted()).at(-1)?.outcome, history]).toEqual(['unchanged', expect.anything()]);
    },
    testTimeoutMs,
  );

  testWithRenaming(
    'runs on two hosts of one network card: never one asset, and the second is asked about',
    async () => {
      await run(withKey(gateway.key), { hostname: 'pc-77' });
      await fleet.install(program).run(withKey(gateway.key), { hostname: 'pc-78' });
      // All that the first shows of its hardware is the card: who comes with it under another name may be anybody.
      const [first] = await assets();
      const isHeld = first !== undefined && first.macs.length > 0;
      expect((await assets()).map(({ name }) => name).sort()).toEqual(
        isHeld ? ['pc-77'] : ['pc-77', 'pc-78'],
      );
      expect((await submissions()).map(({ outcome, reason }) => outcome ?? reason)).toEqual([
        'created',
        isHeld ? 'identity_conflict' : 'created',
      ]);
    },
    testTimeoutMs,
  );

  testWithRenaming(
    'is known after its host was renamed, unless all that is left is a card',
    async () => {
      await run(withKey(gateway.key), { hostname: 'pc-old' });
      await run(withKey(gateway.key), { hostname: 'pc-new' });
      const names = (await assets()).map(({ name }) => name).sort();
      const hasCard = (await assets()).every(({ macs }) => macs.length > 0);
      // FusionInventory keeps its deviceid. OCS makes itself a new one for a new name, and a card alone is asked about.
      const withCard = program === 'fusioninventory' ? ['pc-new'] : ['pc-old'];
      expect(names).toEqual(hasCard ? withCard : ['pc-new', 'pc-old']);
    },
    testTimeoutMs,
  );
});

describeWithAgents('FusionInventory Agent, told what to report', () => {
  it(
    'reports the serial, uuid and card that are injected',
    async () => {
      const content = `<?xml version="1.0" encoding="UTF-8"?>
<REQUEST><CONTENT>
<BIOS><SSN>GH7X2K9</SSN><SMANUFACTURER>Contoso</SMANUFACTURER><SMODEL>Tower 3</SMODEL></BIOS>
<HARDWARE><UUID>7d1f9c52-3b64-4f0e-9a87-21c0de44b6a3</UUID><NAME>tower-3</NAME></HARDWARE>
<NETWORKS><DESCRIPTION>eth7</DESCRIPTION><MACADDR>00:1b:21:7a:55:c3</MACADDR><STATUS>up</STATUS><TYPE>ethernet</TYPE></NETWORKS>
</CONTENT></REQUEST>`;
      const injected = fleet.file('injected.xml', content);
      const options = [`--additional-content=${injected}`, '--no-category=process,environment,software,user'];
      await fleet.install('fusioninventory').run(withKey(gateway.key), { options });
      const [asset] = await assets();
      expect(asset).toMatchObject({
        name: 'tower-3',
        serial: 'GH7X2K9',
        uuid: '7d1f9c52-3b64-4f0e-9a87-21c0de44b6a3',
        macs: expect.arrayContaining(['00:1b:21:7a:55:c3']) as unknown,
      });
      // Installed anew, without its state folder: serial, uuid and card are still those of the asset.
      await fleet.install('fusioninventory').run(withKey(gateway.key), { options });
      const [first, second] = await accepted();
      expect(second).toMatchObject({ outcome: expect.stringMatching(/updated|unchanged/) as unknown });
      expect([second?.assetId, (await assets()).length]).toEqual([first?.assetId, 1]);
      expect(second?.evidence.match.agreed).toEqual(expect.arrayContaining(['serial', 'uuid', 'mac']));
    },
    testTimeoutMs,
  );

  it(
    'is sorted by its tag where the key maps tags, and held where no entity carries it',
    async () => {
      const france = await entity('France');
      await entity('Lyon', france, 'LYO');
      const { key } = await gateway.newKey({ entityId: france, tagPolicy: 'map' });
      const unknown = await fleet.install('fusioninventory').run(withKey(key), { options: ['--tag=BRE'] });
      expect(unknown.output).not.toMatch(refused);
      expect((await submissions()).map(({ verdict, reason }) => [verdict, reason])).toEqual([
        ['quarantined', 'entity_not_found'],
      ]);
      expect(await assets()).toEqual([]);
      await fleet.install('fusioninventory').run(withKey(key), { options: ['--tag=lyo'] });
      expect((await assets()).map((asset) => asset.entity)).toEqual(['Root > France > Lyon']);
    },
    testTimeoutMs,
  );
});

describeWithAgents('one machine with two agents', () => {
  it(
    'is one asset when card and name agree',
    async () => {
      const [fusion, ocs] = programs.map((program) => fleet.install(program));
      await fusion?.run(withKey(gateway.key));
      const hasCard = (await assets()).some(({ macs }) => macs.length > 0);
      // Both make their deviceid of the host's name and the second: in one second they would be one installation.
      await new Promise((resolve) => setTimeout(resolve, 1000));
      await ocs?.run(withKey(gateway.key));
      // A container may have no card that counts; then there is only a name, and that is not enough.
      expect((await accepted()).map(({ outcome }) => outcome)).toEqual([
        'created',
        hasCard ? 'updated' : 'created',
      ]);
      expect(await assets()).toHaveLength(hasCard ? 1 : 2);
    },
    testTimeoutMs,
  );
});
