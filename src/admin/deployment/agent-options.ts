import { agentServer } from './agent-server';
import type { Deployment, DeploymentText, Platform } from './deployment';
import { commentText, isWritable } from './quoting';

/** An option of an agent: name as in its configuration file, and value. */
export type AgentOption = readonly [name: string, value: string];

export interface AgentOptions {
  readonly options: readonly AgentOption[];
  readonly notes: readonly string[];
}

export interface AgentFamilyTraits {
  /** OAuth2 and client certificates: GLPI Agent only. */
  readonly oauthAndCertificate: boolean;
  /** Where the certificate and its key lie on the device, in one PEM file. */
  readonly certificateFile?: string;
}

/** What the agents of one platform are told, or why they cannot use the key. */
export function agentOptions(deployment: Deployment, traits: AgentFamilyTraits): AgentOptions | string {
  const { url, tag, clientCertificate } = deployment;
  if (url === '') return 'The key is good for no URL. Give it one: gatehouse key rebind.';
  if (/[,'"\s]/.test(url)) {
    return 'The URL of the key holds a comma, a quote or a space, which agents take for the end of it. Bind the key to another URL.';
  }
  const server = agentServer(deployment, traits);
  if (server === undefined) {
    const can = traits.oauthAndCertificate ? 'basic, oauth, path, certificate' : 'basic, path';
    return `The key travels only as ${deployment.carriers.join(', ')}, and this agent can send it only as: ${can}. Allow one of them with gatehouse key update ${deployment.kid} --carrier.`;
  }
  const notes: string[] = [];
  const options: AgentOption[] = [['server', server.server]];
  if (server.by === 'oauth') {
    options.push(['oauth-client-id', server.clientId], ['oauth-client-secret', server.clientSecret]);
    notes.push('OAuth2 needs GLPI Agent 1.10 or newer.');
  }
  if (clientCertificate === 'required' || server.by === 'certificate') {
    if (traits.certificateFile === undefined) {
      return 'The key demands a TLS client certificate, which this agent cannot present.';
    }
    options.push(['ssl-cert-file', traits.certificateFile]);
    notes.push(
      `The key demands a TLS client certificate: put certificate and private key of the device, as one PEM, into ${traits.certificateFile}.`,
    );
  }
  if (tag !== undefined && isWritable(tag)) options.push(['tag', tag]);
  if (tag !== undefined && !isWritable(tag)) {
    notes.push(
      'The tag of the key holds characters that cannot be shown, so it is left out here: agents would be refused. Change it.',
    );
  }
  if (url.startsWith('http:'))
    notes.push('The URL is http: the key travels readable for everybody on the way.');
  return { options, notes };
}

/** The first lines of every text: for whom it is, and that it holds a secret. */
export function heading({ name, entity, kid }: Deployment): string[] {
  return [
    `Gatehouse: key ${commentText(kid)}, "${commentText(name)}", entity ${commentText(entity)}`,
    'Holds a secret: readable for administrators only.',
  ];
}

export function impossible(platform: Platform, why: string): DeploymentText {
  return { platform, files: [], notes: [why] };
}
