import { isIP } from 'node:net';
import type { FieldPlan } from '../ingest/validate/field-plan';

/**
 * What GLPI's own schema asks beyond ours, by path. Read from glpi-project/inventory_format 1.1.14, which GLPI 10.0.0
 * came with, to 1.2.3. Until 1.2.0 it refuses the whole inventory for one field that it does not know, so what any of
 * them refuses is not sent.
 */
type Rule = (plan: FieldPlan) => FieldPlan | undefined;

const unknown: Rule = () => undefined;
/** Known to no release before 1.2.1, or not to all of them. */
const unknownFields = [
  'error',
  'cameras[].firmware',
  'cameras[].serial',
  'consumables[].name',
  'consumables[].serial',
  'controllers[].serial',
  'databases_services[].last_update_date',
  'hardware.etime',
  'inputs[].serial',
  'network_components[].revision',
  'network_components[].stack_number',
  'network_components[].version',
  'network_device.assettag',
  'network_device.id',
  'network_ports[].ip',
  'simcards[].imsi',
  'simcards[].serial',
  'simcards[].subscriber_id',
  'virtualmachines[].ipaddress',
];

const dayPart = String.raw`\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])`;
const timePart = String.raw`(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d`;
const dated = new RegExp(`^(${dayPart})(?:[ T](${timePart}).*)?$`);

/** Dates as GLPI's database keeps them: no zone, no parts of seconds, and a day where it knows no time. */
function dates(pattern: RegExp, spell: (day: string, time: string | undefined) => string): Rule {
  const repair = (text: string): string | undefined => {
    const [, day, time] = dated.exec(text) ?? [];
    return day === undefined ? undefined : spell(day, time);
  };
  return (plan) => (plan.kind === 'text' ? { ...plan, pattern, repair } : plan);
}
const day = dates(new RegExp(`^${dayPart}$`), (date) => date);
const moment = dates(new RegExp(`^${dayPart} ${timePart}$`), (date, time) => `${date} ${time ?? '00:00:00'}`);
const dayOrMoment = dates(new RegExp(`^${dayPart}(?: ${timePart})?$`), (date, time) =>
  time === undefined ? date : `${date} ${time}`,
);

const words =
  (pattern: RegExp): Rule =>
  (plan) =>
    plan.kind === 'text' ? { ...plan, pattern } : plan;

/** Addresses without the zone or prefix length that some agents write behind them. */
function addresses(isOne: (version: number) => boolean): Rule {
  const pattern = { test: (text: string) => !text.includes('%') && isOne(isIP(text)) };
  const repair = (text: string) => text.replace(/[%/].*$/, '');
  return (plan) => (plan.kind === 'text' ? { ...plan, pattern, repair } : plan);
}

const between =
  (minimum: number, maximum: number): Rule =>
  (plan) =>
    plan.kind === 'integer' ? { ...plan, minimum, maximum } : plan;

/** GLPI names the counters; of ours each key is one. */
const counters = (
  'total black color rectoverso scanned printtotal printblack printcolor copytotal copyblack copyblack_a3 ' +
  'copycolor copycolor_a3 faxtotal duplex'
).split(' ');
const namedCounters: Rule = (plan) => {
  if (plan.kind !== 'object' || plan.rest === undefined) return plan;
  const { rest } = plan;
  return { ...plan, fields: new Map(counters.map((name) => [name, rest])), rest: undefined };
};

const demanding =
  (name: string, otherwise: string): Rule =>
  (plan) =>
    plan.kind === 'object'
      ? {
          ...plan,
          required: [...plan.required, name],
          defaults: new Map([...plan.defaults, [name, otherwise]]),
        }
      : plan;

const rules: ReadonlyMap<string, Rule> = new Map([
  ...unknownFields.map((path): [string, Rule] => [path, unknown]),
  ...['antivirus[].base_creation', 'antivirus[].expiration', 'batteries[].date', 'firmwares[].date'].map(
    (path): [string, Rule] => [path, day],
  ),
  ...[
    'accesslog.logdate',
    'databases_services[].databases[].creation_date',
    'databases_services[].databases[].last_backup_date',
    'databases_services[].databases[].update_date',
    'databases_services[].last_backup_date',
    'databases_services[].last_boot_date',
    'licenseinfos[].activation_date',
    'operatingsystem.boot_time',
    'processes[].started',
  ].map((path): [string, Rule] => [path, moment]),
  ...['bios.bdate', 'operatingsystem.install_date', 'softwares[].install_date'].map(
    (path): [string, Rule] => [path, dayOrMoment],
  ),
  [
    'cpus[].arch',
    words(/^(?:mips|mips64|alpha|sparc|sparc64|m68k|i\d86|x86_64|powerpc|powerpc64|arm.*|aarch64)$/),
  ],
  ['firewalls[].ipaddress', addresses((version) => version === 4)],
  ['firewalls[].ipaddress6', addresses((version) => version === 6)],
  ['network_device.ips[]', addresses((version) => version !== 0)],
  ['network_ports[].ifinternalstatus', between(1, 3)],
  ['network_ports[].ifportduplex', between(1, 3)],
  ['network_ports[].ifstatus', between(1, 7)],
  ['network_ports[].ips[]', addresses((version) => version !== 0)],
  ['pagecounters', namedCounters],
  ['slots[]', demanding('description', '')],
  ['storages[].interface', words(/^(?:SCSI|HDC|IDE|USB|1394|SATA|SAS|ATAPI)$/)],
]);

/**
 * What GLPI looks assets and devices up by: CVE-2025-24799 came in by one. No maker prints a quote or a backslash into
 * these: one that has any is left out. Names keep theirs.
 */
const identifier =
  /\.(?:ssn|msn|assettag|(?:enclosure|bios|alt)?serial|serialnumber|uuid|mac|[lpv][gv]_uuid|imei|iccid)$/;
const withoutQuotes = words(/^[^'"`\\;]*$/);

/** Our plans, as narrow as GLPI's schemas. */
export function plansForGlpi(plans: ReadonlyMap<string, FieldPlan>): ReadonlyMap<string, FieldPlan> {
  return narrowed('', plans);
}

function narrowed(path: string, fields: ReadonlyMap<string, FieldPlan>): ReadonlyMap<string, FieldPlan> {
  const kept = new Map<string, FieldPlan>();
  for (const [name, plan] of fields) {
    const narrow = narrowedPlan(path === '' ? name : `${path}.${name}`, plan);
    if (narrow !== undefined) kept.set(name, narrow);
  }
  return kept;
}

function narrowedPlan(path: string, wide: FieldPlan): FieldPlan | undefined {
  const rule = rules.get(path) ?? (identifier.test(path) ? withoutQuotes : undefined);
  const plan = rule === undefined ? wide : rule(wide);
  if (plan?.kind === 'list') {
    const item = narrowedPlan(`${path}[]`, plan.item);
    return item === undefined ? undefined : { ...plan, item };
  }
  return plan?.kind === 'object' ? { ...plan, fields: narrowed(path, plan.fields) } : plan;
}

/** Paths that a rule names: a test holds them against our schemas, so that none is misspelt. */
export const ruledPaths: readonly string[] = [...rules.keys()];
