import { isJsonObject, type JsonObject, type JsonValue, type Note } from '../domain/inventory';
import { listOf } from './json-values';
import { addNote } from './notes';
import { repairNetworks } from './repair-networks';

/**
 * Mends what real agents of both dialects get wrong and what can be mended without guessing. Changes `content` in
 * place and notes what it did. What is still ill-typed afterwards is for the validation to drop.
 */
export function repairContent(content: JsonObject, notes: Note[]): void {
  for (const [section, repair] of sectionRepairs) {
    const value = content[section];
    if (value !== undefined) content[section] = repair(value, notes, `/${section}`);
  }
}

type Repair = (section: JsonValue, notes: Note[], path: string) => JsonValue;
/** Undefined leaves the row out. */
type RowRepair = (row: JsonObject, note: (key: string, text: string) => void) => JsonObject | undefined;

function rows(repair: RowRepair): Repair {
  return (section, notes, path) => {
    if (!Array.isArray(section)) return section;
    const repaired: JsonValue[] = [];
    section.forEach((row, index) => {
      const result = isJsonObject(row)
        ? repair(row, (key, text) => {
            addNote(notes, `${path}/${index}/${key}`, text);
          })
        : row;
      if (result !== undefined) repaired.push(result);
    });
    return repaired;
  };
}

function one(repair: (section: JsonObject, notes: Note[], path: string) => void): Repair {
  return (section, notes, path) => {
    if (isJsonObject(section)) repair(section, notes, path);
    return section;
  };
}

const sectionRepairs: ReadonlyMap<string, Repair> = new Map([
  ['accesslog', one(padLogHour)],
  ['batteries', (section) => listOf(section).filter(isJsonObject)],
  ['envs', rows((row) => (row.val === undefined ? { ...row, val: '' } : row))],
  ['local_groups', rows(requireId('id_group'))],
  ['local_users', rows(requireId('id_user'))],
  ['network_device', one(typeDevice)],
  ['network_ports', rows(listPortIps)],
  ['networks', repairNetworks],
  ['operatingsystem', one(repairTimezone)],
  ['ports', rows((row) => (row.type === undefined ? { ...row, type: 'None' } : row))],
  ['processes', rows(requirePid)],
  ['sensors', rows(firstName)],
]);

/** iOS agents write `2017-07-28 1:07:59`. */
function padLogHour(section: JsonObject, notes: Note[], path: string): void {
  const { logdate } = section;
  if (typeof logdate !== 'string' || !/^\d{4}-\d{2}-\d{2} \d:/.test(logdate)) return;
  section.logdate = logdate.replace(' ', ' 0');
  addNote(notes, `${path}/logdate`, 'hour written with two digits');
}

/** OCS has its own name for the id, and none at all for root (id 0 is left out as empty). */
function requireId(ocsKey: string): RowRepair {
  return (row, note) => {
    if (row.id !== undefined) return row;
    const { [ocsKey]: id, ...rest } = row;
    if (id !== undefined) return { ...rest, id };
    if (row.name === 'root') return { ...rest, id: '0' };
    note('id', 'row dropped: it has no id');
    return undefined;
  };
}

const deviceTypes = new Set('Unmanaged Computer Networking Printer Storage Power Phone Video KVM'.split(' '));

/** SNMP devices that no agent recognises have no type. */
function typeDevice(section: JsonObject, notes: Note[], path: string): void {
  const { type } = section;
  if (typeof type === 'string' && deviceTypes.has(type)) return;
  section.type = 'Unmanaged';
  addNote(notes, `${path}/type`, type === undefined ? 'missing: Unmanaged' : 'unknown type: Unmanaged');
}

/** Old JSON has `{"ip": …}` where the format has a list. */
function listPortIps(row: JsonObject, note: (key: string, text: string) => void): JsonObject {
  if (!isJsonObject(row.ips)) return row;
  note('ips', 'object written as list');
  return { ...row, ips: listOf(row.ips.ip) };
}

/** Offsets are `+hhmm`: Android writes `-430`, Perl on some systems `+02`. */
function repairTimezone(section: JsonObject, notes: Note[], path: string): void {
  const { timezone } = section;
  if (!isJsonObject(timezone)) return;
  const offset = typeof timezone.offset === 'string' ? timezone.offset.trim() : '';
  const [, sign = '', digits = ''] = /^([+-])(\d{1,4})$/.exec(offset) ?? [];
  if (digits !== '' && digits.length < 4) {
    timezone.offset = sign + (digits.length === 3 ? `0${digits}` : `${digits.padStart(2, '0')}00`);
    addNote(notes, `${path}/timezone/offset`, 'written with four digits');
  }
  if (timezone.name === undefined && digits !== '') timezone.name = timezone.offset ?? offset;
}

function requirePid(row: JsonObject, note: (key: string, text: string) => void): JsonObject | undefined {
  if (row.pid !== undefined && row.pid !== null) return row;
  note('pid', 'row dropped: a process without pid');
  return undefined;
}

/** Android names a sensor by kind and by vendor. */
function firstName(row: JsonObject, note: (key: string, text: string) => void): JsonObject {
  const [first] = Array.isArray(row.name) ? row.name : [];
  if (first === undefined) return row;
  note('name', 'first of several names kept');
  return { ...row, name: first };
}
