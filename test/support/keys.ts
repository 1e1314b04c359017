import type { KeyGeneration, RegistrationKey } from '../../src/domain/registration-key';

/** A key that allows everything that comes by Basic, of entity `entity-of-key`; `traits` say what is otherwise. */
export function aKey(traits: Partial<RegistrationKey> = {}): RegistrationKey {
  return {
    instanceId: 1,
    kid: 'aaaaaaaaaaaa',
    name: 'first',
    generations: [aGeneration()],
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
    passTasks: [],
    scopes: ['inventory', 'register'],
    requestsPerMinute: null,
    newAssetsPerHour: null,
    clientCertificate: 'optional',
    clientCa: null,
    canary: false,
    tag: null,
    tagPolicy: 'ignore',
    rules: [],
    taggedEntities: new Map(),
    allowedFillers: [],
    ...traits,
  };
}

/** The first and newest of a key, good without end, with no secret that anybody could have. */
export function aGeneration(traits: Partial<KeyGeneration> = {}): KeyGeneration {
  return {
    generation: 1,
    pepperId: '00000000',
    mac: Buffer.alloc(32),
    useUntil: null,
    retiredAt: null,
    ...traits,
  };
}
