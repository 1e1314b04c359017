import { shownValue } from '../../../web/src/pages/asset/inventory-values';

it.each([
  ['memories.capacity', 8192, '8 GB'],
  ['hardware.memory', '512', '512 MB'],
  ['storages.disksize', 1_907_729, '1.8 TB'],
  ['cpus.speed', 3400, '3.4 GHz'],
  ['network_ports.ifspeed', 1_000_000_000, '1,000 Mb/s'],
  ['batteries.capacity', 43746, '43,746 mWh'],
  ['softwares.install_date', '2019-12-19', 'Dec 19, 2019'],
  ['operatingsystem.boot_time', '2017-02-20 08:11:53', 'Feb 20, 2017, 8:11:53 AM'],
])('says %s in the unit and the form of a person', (place, value, said) => {
  expect(shownValue(place, value, 'en').replaceAll(/\s/g, ' ')).toBe(said);
});

it('says it in the language of the person', () => {
  expect(shownValue('drives.total', 20030, 'fr').replaceAll(/\s/g, ' ')).toBe('19,6 Go');
});

it.each([
  ['networks.speed', '1 Gbps', '1 Gbps'],
  ['bios.bdate', '1970-00-01', '1970-00-01'],
  ['hardware.constructor', 'x', 'x'],
  ['local_groups.members', ['root', 'admin'], 'root, admin'],
  ['operatingsystem.timezone', { name: 'UTC' }, '{"name":"UTC"}'],
  ['bios.ssn', null, ''],
])('leaves %s as the agent wrote it', (place, value, said) => {
  expect(shownValue(place, value, 'en')).toBe(said);
});
