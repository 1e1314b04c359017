import { planOf, type SchemaNode } from '../../../src/ingest/validate/field-plan';
import { repairs, aliases } from '../../../src/ingest/validate/repairs';
import { loadSections } from '../../../src/ingest/validate/sections';
import { strictSchema } from './validating';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { schemaFolder } from '../../../src/ingest/validate/sections';

const types = (
  JSON.parse(readFileSync(path.join(schemaFolder, 'inventory-types.json'), 'utf8')) as {
    $defs: Record<string, SchemaNode>;
  }
).$defs;

describe('schemas of the inventory', () => {
  test('are JSON Schema, compile in strict mode, and refuse what is no inventory', () => {
    const isValid = strictSchema();
    const inventory = { action: 'inventory', deviceid: 'd', itemtype: 'Computer', partial: false };
    expect(isValid({ ...inventory, content: { versionclient: 'v' } })).toBe(true);
    expect(isValid({ ...inventory, content: {} })).toBe(false);
    expect(isValid({ ...inventory, content: { versionclient: 'v', bios: [] } })).toBe(false);
    expect(isValid({ ...inventory, content: { versionclient: 'v' }, extra: 1 })).toBe(false);
    expect(isValid([])).toBe(false);
  });

  test('say of every section of the format what it holds', () => {
    const named =
      'accesslog antivirus batteries bios cameras cartridges controllers cpus databases_services drives envs error ' +
      'firewalls firmwares hardware inputs licenseinfos local_groups local_users logical_volumes memories modems ' +
      'monitors network_components network_device network_ports networks operatingsystem pagecounters ' +
      'physical_volumes ports powersupplies printers processes remote_mgmt sensors simcards slots softwares sounds ' +
      'storages usbdevices users versionclient versionprovider videos virtualmachines volume_groups';
    const sections = loadSections();
    expect(named.split(' ').filter((name) => !sections.has(name))).toEqual([]);
  });

  test('each repair and each list of aliases is that of a type', () => {
    expect(Object.keys(repairs).filter((name) => types[name]?.pattern === undefined)).toEqual([]);
    for (const [name, words] of Object.entries(aliases)) {
      expect(Object.values(words).filter((word) => types[name]?.enum?.includes(word) !== true)).toEqual([]);
    }
  });
});

describe('a schema that cannot guide mending stops the start', () => {
  test.each<[string, SchemaNode, string]>([
    ['a keyword without meaning', { type: 'string', maxLength: 5, format: 'date' }, 'format'],
    ['a type that is not defined', { $ref: 'inventory-types.json#/$defs/nothing' }, 'nothing'],
    ['text without limit', { type: 'string' }, 'maxLength'],
    ['a number without limit', { type: 'integer', minimum: 0 }, 'maximum'],
    ['a list without limit', { type: 'array', items: { type: 'boolean' } }, 'maxItems'],
    ['a list of anything', { type: 'array', maxItems: 3 }, 'items'],
    ['a fraction', { type: 'number' }, 'number'],
    ['a fault inside', { type: 'object', properties: { a: { type: 'string' } } }, 'maxLength'],
  ])('%s', (_, node, message) => {
    expect(() => planOf(node, types)).toThrow(message);
  });
});
