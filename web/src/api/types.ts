import type { components } from './openapi';

type Schemas = components['schemas'];

export type Overview = Schemas['Overview'];
export type Agent = Schemas['Agent'];
export type Asset = Schemas['Asset'];
export type AssetEvent = Schemas['AssetEvent'];
export type AssetInventory = Schemas['AssetInventory'];
export type AuditEntry = Schemas['AuditEntry'];
export type Ban = Schemas['Ban'];
export type Entity = Schemas['Entity'];
export type EntityImport = Schemas['EntityImport'];
export type Explained = Schemas['Explained'];
/** An Event is something else in a browser. */
export type Happening = Schemas['Event'];
export type ForwardStatus = Schemas['ForwardStatus'];
export type ForwardedAsset = Schemas['ForwardedAsset'];
export type GlpiApi = Schemas['GlpiApi'];
export type GlpiRules = Schemas['GlpiRules'];
export type HeldDevice = Schemas['HeldDevice'];
export type HeldDeviceDetail = Schemas['HeldDeviceDetail'];
export type Instance = Schemas['Instance'];
export type Junk = Schemas['Junk'];
export type JunkDetail = Schemas['JunkDetail'];
export type JunkInput = Schemas['JunkInput'];
export type Key = Schemas['Key'];
export type KeyCreate = Schemas['KeyCreate'];
export type KeyGeneration = Schemas['KeyGeneration'];
export type Submission = Schemas['Submission'];
export type EventKind = Schemas['EventKind'];
export type Rebind = Schemas['Rebind'];
export type Registration = Schemas['Registration'];
export type Upstream = Schemas['Upstream'];
export type UpstreamProbe = Schemas['UpstreamProbe'];
export type UpstreamSet = Schemas['UpstreamSet'];
export type Webhook = Schemas['Webhook'];
export type WebhookDelivery = Schemas['WebhookDelivery'];
export type Token = Schemas['Token'];
