import { parseSecret } from '../domain/key-format';
import { recogniseSecret } from '../domain/recognise-secret';
import type { AdminDeps, Caller } from './admin-deps';
import type { Deployment, DeploymentText, OperatingSystem, Platform } from './deployment/deployment';
import { deploymentText, placeholderOf } from './deployment/deployment-text';
import type { KeyView } from './key-view';
import { getKey } from './keys';

export interface KeyConfigQuery {
  /** Default: `glpi-agent`. */
  readonly for?: Platform;
  readonly os?: OperatingSystem;
}

export interface KeyConfig extends DeploymentText {
  /** What stands for the key, which is not stored. */
  readonly placeholder: string;
}

/** Ready configuration for agents of a platform, with a placeholder for the key. Throws Problem `not_found`. */
export async function keyConfig(
  deps: AdminDeps,
  caller: Caller,
  kid: string,
  query: KeyConfigQuery,
): Promise<KeyConfig> {
  return configOf(await getKey(deps, caller, kid), query, placeholderOf(kid));
}

/** The same with the key in it, which the caller has read from somewhere. */
export function configOf(view: KeyView, query: KeyConfigQuery, key: string): KeyConfig {
  const text = deploymentText(query.for ?? 'glpi-agent', deploymentOf(view, key), query.os);
  const notes = view.state === 'active' ? text.notes : [`The key is ${view.state}.`, ...text.notes];
  return { placeholder: placeholderOf(view.kid), ...text, notes };
}

/** Why a text is not the key of this kid; undefined when it is, as far as its form tells. */
export function whyNotKey(text: string, kid: string): string | undefined {
  const parsed = parseSecret('grk', text);
  if (parsed.form !== 'ok') return recogniseSecret(text).needed;
  return parsed.id === kid ? undefined : `This is another registration key: its kid is ${parsed.id}.`;
}

function deploymentOf(view: KeyView, key: string): Deployment {
  return {
    url: view.url ?? '',
    key,
    kid: view.kid,
    carriers: view.carriers,
    clientCertificate: view.clientCertificate,
    tag: view.tagPolicy === 'require' && view.tag !== null ? view.tag : undefined,
    name: view.name,
    entity: view.entity,
  };
}
