/** A field that changes from run to run without the device changing, or a text that does so where it matches. */
type Volatile = true | RegExp;

interface VolatileRule {
  readonly section: string;
  /** Fields at any depth below the section; `all`: the section as a whole says nothing about the device. */
  readonly fields: readonly string[] | 'all';
  readonly why: string;
  /** The fields are volatile only where their text matches. */
  readonly when?: RegExp;
}

/**
 * What does not make an inventory a changed one. It is stored all the same, with the next real change.
 *
 * Left in on purpose, because an admin looks for them and they change seldom or honestly: counted pages, levels of
 * cartridges, state of virtual machines, state and speed of interfaces, MACs seen by a switch port, definitions of an
 * antivirus, users logged in.
 */
export const volatileRules: readonly VolatileRule[] = [
  { section: 'accesslog', fields: 'all', why: 'time of this run' },
  { section: 'processes', fields: 'all', why: 'what runs this second' },
  { section: 'envs', fields: 'all', why: 'environment of the agent, with ids of its session' },
  { section: 'versionprovider', fields: 'all', why: 'how the agent was started and how long it took' },
  {
    section: 'hardware',
    fields: ['etime', 'checksum', 'lastloggeduser', 'datelastloggeduser', 'processors'],
    why: 'run time, OCS change mask, last login (the users section has who is in), clock rate of this second',
  },
  {
    section: 'hardware',
    fields: ['description'],
    when: /\/-?\d+-\d\d-\d\d \d\d:\d\d:\d\d$/,
    why: 'on Unix FusionInventory and OCS write the uptime there; on Windows it is the description of the computer',
  },
  {
    section: 'operatingsystem',
    fields: ['boot_time'],
    why: 'a restart; agents compute it and are off by a second',
  },
  { section: 'drives', fields: ['free'], why: 'measured: differs between two runs within three seconds' },
  { section: 'physical_volumes', fields: ['free'], why: 'follows the logical volumes, which are compared' },
  { section: 'volume_groups', fields: ['free'], why: 'follows the logical volumes, which are compared' },
  {
    section: 'batteries',
    fields: ['real_capacity', 'voltage'],
    why: 'measured anew by the battery at each run',
  },
  { section: 'printers', fields: ['status', 'errstatus'], why: 'idle or printing this second' },
  {
    section: 'databases_services',
    fields: [
      'size',
      'creation_date',
      'update_date',
      'last_boot_date',
      'last_update_date',
      'last_backup_date',
    ],
    why: 'a database in use grows; measured: MariaDB dates its information_schema to the moment of the question',
  },
  {
    section: 'network_device',
    fields: ['uptime', 'cpu', 'memory'],
    why: 'load and free memory of this second',
  },
  {
    section: 'network_ports',
    fields: ['ifinbytes', 'ifoutbytes', 'ifinerrors', 'ifouterrors', 'iflastchange'],
    why: 'traffic counters; the time of the last change comes with the state that changed',
  },
];

/** Sections that are never compared. */
export const volatileSections: ReadonlySet<string> = new Set(
  volatileRules.filter((rule) => rule.fields === 'all').map((rule) => rule.section),
);

/** Section → field → when it is volatile. */
export const volatileFields: ReadonlyMap<string, ReadonlyMap<string, Volatile>> = fieldsBySection();

function fieldsBySection(): Map<string, Map<string, Volatile>> {
  const sections = new Map<string, Map<string, Volatile>>();
  for (const { section, fields, when } of volatileRules) {
    if (fields === 'all') continue;
    const known = sections.get(section) ?? new Map<string, Volatile>();
    for (const field of fields) known.set(field, when ?? true);
    sections.set(section, known);
  }
  return sections;
}
