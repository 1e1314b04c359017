import { keyPlaceholderPrefix } from '../../domain/recognise-secret';
import { fusionInventoryText, glpiAgentText, ocsText } from './configuration-files';
import type { Deployment, DeploymentText, OperatingSystem, Platform } from './deployment';
import { ansibleText, dockerText } from './fleet-tools';
import { intuneText, windowsMsiText } from './windows-installers';

const texts: Readonly<Record<Platform, (deployment: Deployment, os?: OperatingSystem) => DeploymentText>> = {
  'glpi-agent': glpiAgentText,
  'windows-msi': windowsMsiText,
  fusioninventory: fusionInventoryText,
  ocs: ocsText,
  ansible: ansibleText,
  docker: dockerText,
  intune: intuneText,
};

/** Ready text for the platform. `os` matters for `glpi-agent` only. */
export function deploymentText(
  platform: Platform,
  deployment: Deployment,
  os?: OperatingSystem,
): DeploymentText {
  return texts[platform](deployment, os);
}

/** Stands for the key where it is not known: keys are not stored. */
export function placeholderOf(kid: string): string {
  return `${keyPlaceholderPrefix}_${kid}`;
}
