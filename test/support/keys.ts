import type { RegistrationKey } from '../../src/domain/registration-key';

/** A key that allows everything that comes by Basic, of entity `entity-of-key`; `traits` say what is otherwise. */
export function aKey(traits: Partial<RegistrationKey> = {}): RegistrationKey {
  return {
    instanceId: 1,
    kid: 'aaaaaaaaaaaa',
    name: 'first',
    mac: Buffer.alloc(32),
    mode: 'auto',
    revokedAt: null,
    enrolUntil: null,
    useUntil: null,
    maxAssets: null,
    entityId: 'entity-of-key',
    urls: [],
    urlAliases: [],
    cidrs: [],
    itemtypes: [],
    carriers: ['basic'],
    tasks: [],
    requestsPerMinute: null,
    newAssetsPerHour: null,
    clientCertificate: 'optional',
    clientCa: null,
    canary: false,
    tag: null,
    tagPolicy: 'ignore',
    rules: [],
    taggedEntities: new Map(),
    ...traits,
  };
}
