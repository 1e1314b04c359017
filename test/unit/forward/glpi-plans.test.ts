import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isJsonObject, type InventoryContent, type JsonValue } from '../../../src/domain/inventory';
import { fitForGlpi } from '../../../src/forward/fit-for-glpi';
import { plansForGlpi, ruledPaths } from '../../../src/forward/glpi-plans';
import { loadPlans } from '../../../src/ingest/validate/sections';
import { everyField } from './every-field';

/** What GLPI's schemas refuse, without them: test/unit/forward/glpi-schema.test.ts holds the same against them. */
const plans = loadPlans();
const narrow = plansForGlpi(plans);
const fit = (content: InventoryContent) => fitForGlpi(content, narrow);

/** `network_ports[].ips[]` and so on, of all that holds a value. */
function* pathsIn(value: JsonValue | undefined, at: string): Generator<string> {
  if (Array.isArray(value)) for (const one of value) yield* pathsIn(one, `${at}[]`);
  else if (isJsonObject(value)) {
    for (const [name, field] of Object.entries(value)) yield* pathsIn(field, `${at}.${name}`);
  } else yield at.slice(1);
}

test('no field goes to GLPI but those that its schemas were looked up for', () => {
  const listed = readFileSync(path.join(__dirname, 'fields-for-glpi.txt'), 'utf8').trim().split('\n');
  const sent = new Set(everyField().flatMap((content) => [...pathsIn(fit(content), '')]));
  // A new one: see that GLPI 10.0 knows it (GLPI_SCHEMA_DIR), and add it to the list or to src/forward/glpi-plans.ts.
  expect([...sent].sort()).toEqual(listed);
});

test('rules name fields that there are', () => {
  const known = new Set(everyField().flatMap((content) => [...pathsIn(content, '')]));
  const parents = [...known].flatMap((field) => [
    field,
    ...field.split('.').map((_, i, all) => all.slice(0, i).join('.')),
  ]);
  expect(ruledPaths.filter((field) => !parents.includes(field))).toEqual([]);
});

test.each<[string, string, JsonValue, JsonValue | undefined]>([
  ['batteries', 'date', '2024-02-29 01:02:03', '2024-02-29'],
  ['batteries', 'date', '2024-13-01', undefined],
  ['antivirus', 'expiration', '2024-02-29T23:59:59Z', '2024-02-29'],
  ['antivirus', 'base_creation', '2024-02-29', '2024-02-29'],
  ['firmwares', 'date', '2024-02-29 01:02:03.5', '2024-02-29'],
  ['bios', 'bdate', '2024-02-29T01:02:03+02:00', '2024-02-29 01:02:03'],
  ['bios', 'bdate', '2024-02-29', '2024-02-29'],
  ['softwares', 'install_date', 'yesterday', undefined],
  ['accesslog', 'logdate', '2024-02-29 01:02:03.123456Z', '2024-02-29 01:02:03'],
  ['licenseinfos', 'activation_date', '2024-02-29', '2024-02-29 00:00:00'],
  ['operatingsystem', 'boot_time', '2024-02-29 25:00:00', undefined],
  ['cpus', 'arch', 'x86_64', 'x86_64'],
  ['cpus', 'arch', 'armv7l', 'armv7l'],
  ['cpus', 'arch', 'riscv64', undefined],
  ['storages', 'interface', 'SATA', 'SATA'],
  ['storages', 'interface', 'NVME', undefined],
  ['firewalls', 'ipaddress', 'fe80::1', undefined],
  ['network_ports', 'ips', ['10.0.0.1/24', 'fe80::1%eth0', '300.1.1.1', 'none'], ['10.0.0.1', 'fe80::1']],
  ['network_ports', 'ifstatus', 0, undefined],
  ['network_ports', 'ifstatus', 7, 7],
  ['network_ports', 'ifstatus', 8, undefined],
  ['network_ports', 'ifinternalstatus', 3, 3],
  ['network_ports', 'ifinternalstatus', 4, undefined],
  ['network_ports', 'ifportduplex', 4, undefined],
  ['pagecounters', 'total', 12, 12],
  ['pagecounters', 'staples', 12, undefined],
  ['cartridges', 'tonerblack', '80', '80'],
  ['bios', 'ssn', `1' OR '1'='1`, undefined],
  ['bios', 'smodel', `15" d'Azur`, `15" d'Azur`],
  ['hardware', 'uuid', '4C4C4544\\', undefined],
  ['hardware', 'name', "Bob's", "Bob's"],
  ['networks', 'mac', '00:11:22:33:44:55', '00:11:22:33:44:55'],
  ['networks', 'mac', `00";--`, undefined],
  ['controllers', 'serial', 'S', undefined],
  ['virtualmachines', 'ipaddress', '10.0.0.1', undefined],
])('%s.%s %j is sent as %j', (section, field, value, wanted) => {
  const others = {
    softwares: { name: 'x' },
    virtualmachines: { name: 'x' },
    firewalls: { status: 'on' },
    networks: { description: 'eth0' },
  }[section];
  const row = { ...others, [field]: value };
  const content = fit({ [section]: plans.get(section)?.kind === 'list' ? [row] : row });
  const [sent] = [content[section]].flat();
  expect(isJsonObject(sent) ? sent[field] : undefined).toEqual(wanted);
});

test('a slot without description gets an empty one: without it GLPI refused all until 1.1.30', () => {
  expect(fit({ slots: [{ name: 'PCI1' }] })).toEqual({ slots: [{ name: 'PCI1', description: '' }] });
});

test('supplies of a printer go under the names that agents give them, two hundred at most and none that is no name', () => {
  const supplies = JSON.parse('{"tonerblack":"80","__proto__":"x","constructor ":"x","A":"x"}') as Record<
    string,
    string
  >;
  expect(fit({ cartridges: [supplies] })).toEqual({ cartridges: [{ tonerblack: '80' }] });
  const many = Object.fromEntries(Array.from({ length: 201 }, (_, i) => [`s${i}`, '1']));
  const [row] = fit({ cartridges: [many] }).cartridges as InventoryContent[];
  expect(Object.keys(row ?? {})).toHaveLength(200);
});
