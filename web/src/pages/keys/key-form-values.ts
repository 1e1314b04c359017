import type { Key, KeyCreate } from '../../api/types';
import { rulesOf, ruleValuesOf, type RuleValues } from './key-rule-values';

/** As the form holds them: empty where nothing is said. */
export interface KeyFormValues {
  name: string;
  entityId: string | null;
  mode: Key['mode'];
  enrolUntil: string;
  useUntil: string;
  maxAssets: number | '';
  cidrs: string[];
  itemtypes: string[];
  tagPolicy: Key['tagPolicy'];
  tag: string;
  owner: string;
  note: string;
  carriers: Key['carriers'];
  tasks: Key['tasks'];
  passTasks: Key['passTasks'];
  requestsPerMinute: number | '';
  newAssetsPerHour: number | '';
  url: string[];
  canary: boolean;
  scopes: Key['scopes'];
  clientCertificate: Key['clientCertificate'];
  clientCa: string;
  retireUnusedDays: number | '';
  rules: RuleValues[];
}

export const defaultCarriers: Key['carriers'] = ['basic', 'bearer', 'oauth', 'header'];
export const allCarriers: Key['carriers'] = [...defaultCarriers, 'path', 'certificate'];
export const defaultScopes: Key['scopes'] = ['inventory', 'register'];
export const allScopes: Key['scopes'] = [...defaultScopes, 'relay'];
export const allTasks: Key['tasks'] = ['inventory', 'netdiscovery', 'netinventory'];
export const allPassedTasks: Key['passTasks'] = ['netdiscovery', 'netinventory', 'esx', 'collect', 'deploy'];

export const emptyKey: KeyFormValues = {
  name: '',
  entityId: null,
  mode: 'auto',
  enrolUntil: '',
  useUntil: '',
  maxAssets: '',
  cidrs: [],
  itemtypes: [],
  tagPolicy: 'ignore',
  tag: '',
  owner: '',
  note: '',
  carriers: defaultCarriers,
  tasks: [],
  passTasks: [],
  requestsPerMinute: '',
  newAssetsPerHour: '',
  url: [],
  canary: false,
  scopes: defaultScopes,
  clientCertificate: 'optional',
  clientCa: '',
  retireUnusedDays: 30,
  rules: [],
};

export function valuesOf(key: Key): KeyFormValues {
  return {
    name: key.name,
    entityId: key.entityId,
    mode: key.mode,
    enrolUntil: key.enrolUntil?.slice(0, 10) ?? '',
    useUntil: key.useUntil?.slice(0, 10) ?? '',
    maxAssets: key.maxAssets ?? '',
    cidrs: key.cidrs,
    itemtypes: key.itemtypes,
    tagPolicy: key.tagPolicy,
    tag: key.tag ?? '',
    owner: key.owner ?? '',
    note: key.note ?? '',
    carriers: key.carriers,
    tasks: key.tasks,
    passTasks: key.passTasks,
    requestsPerMinute: key.requestsPerMinute ?? '',
    newAssetsPerHour: key.newAssetsPerHour ?? '',
    url: key.urlsOf === 'key' ? key.urls : [],
    canary: key.canary,
    scopes: key.scopes,
    clientCertificate: key.clientCertificate,
    clientCa: key.clientCa ?? '',
    retireUnusedDays: key.retireUnusedDays ?? '',
    rules: ruleValuesOf(key.rules),
  };
}

const orNull = <Value>(value: Value | '' | readonly never[]): Value | null =>
  value === '' || (Array.isArray(value) && value.length === 0) ? null : (value as Value);

/** The body of a request: what is empty takes a restriction away. */
export function bodyOf(values: KeyFormValues): Omit<KeyCreate, 'entityId'> {
  return {
    name: values.name.trim(),
    mode: values.mode,
    enrolUntil: orNull(values.enrolUntil),
    useUntil: orNull(values.useUntil),
    maxAssets: orNull(values.maxAssets),
    cidrs: values.cidrs,
    itemtypes: values.itemtypes,
    tagPolicy: values.tagPolicy,
    tag: values.tagPolicy === 'require' ? orNull(values.tag) : null,
    owner: orNull(values.owner),
    note: orNull(values.note),
    carriers: values.carriers,
    tasks: orNull(values.tasks),
    passTasks: orNull(values.passTasks),
    requestsPerMinute: orNull(values.requestsPerMinute),
    newAssetsPerHour: orNull(values.newAssetsPerHour),
    url: orNull(values.url),
    canary: values.canary,
    scopes: values.scopes,
    clientCertificate: values.clientCertificate,
    clientCa: orNull(values.clientCa),
    retireUnusedDays: orNull(values.retireUnusedDays),
    rules: rulesOf(values.rules),
  };
}

/** Where somebody else changed the key meanwhile: how it is now, with what was changed here put on it. */
export function broughtTogether(
  before: KeyFormValues,
  mine: KeyFormValues,
  now: KeyFormValues,
): KeyFormValues {
  const changed = Object.keys(changesOf(before, mine));
  return {
    ...now,
    ...Object.fromEntries(Object.entries(mine).filter(([name]) => changed.includes(name))),
  };
}

/** Only what was changed: the other fields stay as whoever else may have changed them. */
export function changesOf(before: KeyFormValues, after: KeyFormValues): Partial<Omit<KeyCreate, 'entityId'>> {
  const [old, fresh] = [bodyOf(before), bodyOf(after)];
  return Object.fromEntries(
    Object.entries(fresh).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(old[name as keyof typeof old]),
    ),
  );
}
