import { makerOf } from '../../../src/identity/maker';
import { against, assetOf, inventoryOf, laptop, matchOf, stranger, type Machine } from './machines';

describe('one house has one name, however firmware and agents spell it', () => {
  it.each([
    ['hp', 'HP', 'HP Inc.', 'Hewlett-Packard', 'Hewlett Packard', 'HEWLETT-PACKARD Company', 'HPE', 'Compaq'],
    ['dell', 'Dell Inc.', 'DELL', 'Dell Computer Corporation', 'Alienware', 'EMC'],
    ['lenovo', 'LENOVO', 'Lenovo', 'IBM', 'IBM Corporation'],
    ['asus', 'ASUSTeK COMPUTER INC.', 'ASUSTeK Computer INC.', 'ASUS'],
    ['fujitsu', 'FUJITSU', 'FUJITSU SIEMENS', 'Fujitsu Client Computing Limited'],
    ['apple', 'Apple Inc.', 'Apple Computer, Inc.', 'Apple'],
    ['toshiba', 'TOSHIBA', 'Dynabook Inc.'],
    ['sun', 'Sun Microsystems', 'Oracle Corporation'],
    ['msi', 'Micro-Star International Co., Ltd.', 'MSI'],
    ['supermicro', 'Supermicro', 'Super Micro Computer, Inc.'],
  ])('%s', (house, ...names) => {
    expect(names.map(makerOf)).toEqual(names.map(() => house));
  });

  it.each([
    ...['To Be Filled By O.E.M.', 'System manufacturer', 'Default string', '', '   ', '…'],
    ...['VMware, Inc.', 'QEMU', 'innotek GmbH', 'Xen', 'Microsoft Corporation', 'Amazon EC2'],
    ...['Hpersonal', 'msinfo', 'necromancer', 'A Dell lookalike', undefined, null],
  ])('and %p is none', (name) => {
    expect(makerOf(name)).toBeUndefined();
  });

  it('and a name of any length costs no more than its beginning', () => {
    expect(makerOf(`Dell${' '.repeat(1_000_000)}`)).toBe('dell');
    expect(makerOf(`${' '.repeat(64)}Dell`)).toBeUndefined();
  });
});

describe('a serial belongs to its maker', () => {
  const { serial, uuid, ...rest } = laptop;
  const numbered = (machine: Machine, manufacturer: string): Machine => ({
    ...machine,
    serial: serial!,
    manufacturer,
  });
  const dell = numbered(rest, 'Dell Inc.');

  it('the same serial and name, of the same maker under another name, is a question for an admin', () => {
    const hp = numbered(rest, 'Hewlett-Packard');
    const { uuid: _, ...other } = stranger;
    expect(against(hp, numbered({ ...other, name: rest.name! }, 'HP'))).toBe('conflict');
  });

  it('the same serial and name of two makers are two machines', () => {
    const { uuid: _, ...other } = stranger;
    const found = matchOf(inventoryOf(numbered({ ...other, name: rest.name! }, 'LENOVO')), [
      assetOf(inventoryOf(dell)),
    ]);
    expect(found.result).toBe('none');
    expect(found.grounds.rejected[0]?.why).toContain('another maker’s');
    expect(found.grounds.rejected[0]?.agreed).not.toContain('serial');
  });

  it('whoever shows serial and card with another maker does not become the machine', () => {
    const { uuid: _, ...other } = stranger;
    const thief = numbered({ ...other, macs: rest.macs! }, 'LENOVO');
    expect(against(dell, thief)).not.toBe('same');
  });

  it('the uuid beside the serial is no chance: whatever the maker is called, numbers and card are the machine', () => {
    expect(against({ ...dell, uuid: uuid! }, { ...numbered(rest, 'LENOVO'), uuid: uuid! })).toBe('same');
  });

  it('a maker that is not known, or is silent, takes nothing from a serial', () => {
    for (const name of ['System manufacturer', 'ACME'])
      expect(against(dell, numbered(rest, name))).toBe('same');
    expect(against(dell, { ...rest, serial: serial! })).toBe('same');
  });

  it('another serial contradicts, whoever made it', () => {
    const other = { ...numbered(rest, 'LENOVO'), serial: 'PF0AB123' };
    const found = matchOf(inventoryOf(other), [assetOf(inventoryOf(dell))], other.agentid);
    expect([...found.grounds.contradicted, ...(found.grounds.rejected[0]?.contradicted ?? [])]).toContain(
      'serial',
    );
  });
});
