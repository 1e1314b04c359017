import type { X509Certificate } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { request as httpRequest } from 'node:http';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, getCACertificates, type TLSSocket } from 'node:tls';
import { codeOf, dnsTrouble, PathTrouble, tcpTrouble, tlsTrouble } from './path-trouble';
import { hostOf, portOf, proxyFor, type ProxyChoice } from './proxy-choice';

export interface PathOptions {
  /** Where HTTPS_PROXY and the like are read from. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** PEM of authorities beside the usual ones. */
  readonly ca?: string | undefined;
  /** They are trusted in the place of the usual ones. */
  readonly onlyCa?: true;
  /** PEM of the client certificate and its key. */
  readonly client?: { readonly certificate: string; readonly key: string } | undefined;
  /** For each step. */
  readonly timeoutMs: number;
}

/** What was found on the way; a step that was not come to is undefined. */
export interface PathFacts {
  proxy?: ProxyChoice;
  /** Of the server, or of the proxy. */
  addresses?: readonly string[];
  /** `host:port` that was connected to. */
  peer?: string;
  certificate?: CertificateFacts;
}

export interface CertificateFacts {
  readonly subject: string;
  readonly issuer: string;
  readonly notAfter: Date;
  readonly protocol: string;
  /** What the server sent above it, nearest first; at most `maxChainLength`. */
  readonly chain: readonly { readonly subject: string; readonly notAfter: Date }[];
}

const maxChainLength = 8;

export interface OpenPath {
  readonly socket: Socket;
  readonly facts: PathFacts;
  /** A plain http URL through a proxy: the whole URL stands in the request line. */
  readonly absoluteForm: boolean;
  readonly proxyAuthorization: string | undefined;
}

/**
 * Opens a connection to a server step by step (name, TCP, proxy, TLS), so that what fails can be named. `facts` holds
 * what was found, also when it throws.
 * @throws PathTrouble
 */
export async function openPath(url: URL, options: PathOptions, facts: PathFacts = {}): Promise<OpenPath> {
  const proxy = proxyFor(url, options.env);
  facts.proxy = proxy;
  if (proxy.kind === 'unreadable') {
    const nextStep = `Write ${proxy.variable} like http://proxy.example:3128`;
    throw new PathTrouble('proxy', `${proxy.variable} is no URL of a proxy.`, nextStep, 'proxy_unreadable');
  }
  const via = proxy.kind === 'proxy' ? proxy.url : undefined;
  let socket = await connect(via ?? url, via !== undefined, options, facts);
  try {
    if (via?.protocol === 'https:') socket = await secure(socket, hostOf(via), options);
    const isTls = url.protocol === 'https:';
    if (via !== undefined && isTls) await tunnel(socket, url, via, options.timeoutMs);
    if (isTls) socket = await secure(socket, hostOf(url), options, facts);
    const absoluteForm = via !== undefined && !isTls;
    return { socket, facts, absoluteForm, proxyAuthorization: via && authorizationOf(via) };
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

async function connect(
  to: URL,
  isProxy: boolean,
  { timeoutMs }: PathOptions,
  facts: PathFacts,
): Promise<Socket> {
  const [host, port] = [hostOf(to), portOf(to)];
  if (isIP(host) === 0) {
    const found = await within(lookup(host, { all: true }), timeoutMs).catch((error: unknown) => {
      throw dnsTrouble(host, error);
    });
    facts.addresses = found.map(({ address }) => address);
  } else facts.addresses = [host];
  facts.peer = `${host}:${port}`;
  return await new Promise<Socket>((resolve, reject) => {
    // By name again: Node then tries all addresses of it, IPv6 and IPv4.
    const socket = connectTcp({ host, port });
    const fail = (error: unknown): void => {
      socket.destroy();
      reject(tcpTrouble(host, port, error, isProxy));
    };
    socket.setTimeout(timeoutMs, () => {
      fail(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' }));
    });
    socket.once('error', fail).once('connect', () => {
      socket.off('error', fail).setTimeout(0);
      resolve(socket);
    });
  });
}

async function secure(
  socket: Socket,
  host: string,
  { ca, onlyCa, client, timeoutMs }: PathOptions,
  facts?: PathFacts,
): Promise<TLSSocket> {
  return await new Promise<TLSSocket>((resolve, reject) => {
    const secured = connectTls({
      socket,
      minVersion: 'TLSv1.2',
      ...(isIP(host) === 0 ? { servername: host } : { host }),
      ...(ca === undefined ? {} : { ca: onlyCa === true ? [ca] : [...getCACertificates('default'), ca] }),
      ...(client === undefined ? {} : { cert: client.certificate, key: client.key }),
    });
    const fail = (error: unknown): void => {
      if (facts !== undefined) note(secured, facts);
      secured.destroy();
      reject(error instanceof PathTrouble ? error : tlsTrouble(host, error));
    };
    const onClose = (): void => {
      fail(Object.assign(new Error('closed'), { code: 'ECONNRESET' }));
    };
    secured.setTimeout(timeoutMs, () => {
      fail(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' }));
    });
    secured
      .once('error', fail)
      .once('close', onClose)
      .once('secureConnect', () => {
        secured.off('error', fail).off('close', onClose).setTimeout(0);
        if (facts !== undefined) note(secured, facts);
        resolve(secured);
      });
  });
}

function note(secured: TLSSocket, facts: PathFacts): void {
  // The types leave out that there may be none.
  const certificate = secured.getPeerX509Certificate();
  if (certificate === undefined) return;
  facts.certificate = {
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    notAfter: certificate.validToDate,
    protocol: secured.getProtocol() ?? 'unknown',
    chain: chainAbove(certificate),
  };
}

function chainAbove(certificate: X509Certificate): CertificateFacts['chain'] {
  const chain: { subject: string; notAfter: Date }[] = [];
  const seen = new Set([certificate.fingerprint256]);
  let next = certificate.issuerCertificate;
  while (next !== undefined && !seen.has(next.fingerprint256) && chain.length < maxChainLength) {
    seen.add(next.fingerprint256);
    chain.push({ subject: oneLine(next.subject), notAfter: next.validToDate });
    next = next.issuerCertificate;
  }
  return chain;
}

function oneLine(name: string): string {
  return name.replaceAll('\n', ', ').slice(0, 200);
}

/** Asks an HTTP proxy for a connection to the server. */
async function tunnel(socket: Socket, url: URL, via: URL, timeoutMs: number): Promise<void> {
  const place = `${url.hostname}:${portOf(url)}`;
  const authorization = authorizationOf(via);
  await new Promise<void>((resolve, reject) => {
    const asked = httpRequest({
      method: 'CONNECT',
      path: place,
      createConnection: () => socket,
      headers: {
        Host: place,
        ...(authorization === undefined ? {} : { 'Proxy-Authorization': authorization }),
      },
    });
    const fail = (message: string, nextStep: string, code: string, cause?: unknown): void => {
      asked.destroy();
      reject(new PathTrouble('proxy', message, nextStep, code, { cause }));
    };
    asked.setTimeout(timeoutMs, () => {
      fail('The proxy does not answer in time.', 'Check HTTPS_PROXY.', 'ETIMEDOUT');
    });
    asked.once('error', (error) => {
      fail(
        `The proxy ended the connection (${codeOf(error)}).`,
        'Check HTTPS_PROXY: is it an HTTP proxy?',
        codeOf(error),
        error,
      );
    });
    asked.once('connect', (answer, connected, head) => {
      connected.setTimeout(0);
      const status = answer.statusCode ?? 0;
      if (status === 200) {
        if (head.length > 0) connected.unshift(head);
        asked.removeAllListeners('error');
        resolve();
        return;
      }
      fail(
        `The proxy refuses a connection to ${place}: ${status} ${phraseOf(answer.statusMessage)}`.trimEnd() +
          '.',
        status === 407
          ? 'It wants a user and password: HTTPS_PROXY=http://user:password@proxy:port'
          : `Ask for ${place} to be allowed there, or name the server in NO_PROXY.`,
        `proxy_${status}`,
      );
    });
    asked.end();
  });
}

function phraseOf(text: string | undefined): string {
  return (text ?? '').replace(/[^\x20-\x7e]/g, '').slice(0, 80);
}

function authorizationOf(via: URL): string | undefined {
  if (via.username === '') return undefined;
  const pair = `${decodeURIComponent(via.username)}:${decodeURIComponent(via.password)}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

async function within<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(Object.assign(new Error('no answer'), { code: 'ETIMEOUT' }));
    }, timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
