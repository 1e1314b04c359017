import type { Carrier, ClientCertificatePolicy } from '../../domain/registration-key';

export const platforms = [
  'glpi-agent',
  'windows-msi',
  'fusioninventory',
  'ocs',
  'ansible',
  'docker',
  'intune',
] as const;
export type Platform = (typeof platforms)[number];

/** Of GLPI Agent: where its configuration lies. */
export const operatingSystems = ['linux', 'macos', 'windows'] as const;
export type OperatingSystem = (typeof operatingSystems)[number];

/** A key as it is deployed. */
export interface Deployment {
  readonly url: string;
  /** The whole key, or `placeholderOf(kid)`. */
  readonly key: string;
  readonly kid: string;
  readonly carriers: readonly Carrier[];
  readonly clientCertificate: ClientCertificatePolicy;
  /** What agents have to call themselves; undefined when the key does not ask for it. */
  readonly tag: string | undefined;
  /** Names for people, in comments. */
  readonly name: string;
  readonly entity: string;
}

export interface DeploymentFile {
  /** File name, without folder. */
  readonly name: string;
  readonly text: string;
}

export interface DeploymentText {
  readonly platform: Platform;
  /** None when an agent of the platform cannot send the key: the notes say why. */
  readonly files: readonly DeploymentFile[];
  readonly notes: readonly string[];
}
