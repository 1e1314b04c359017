import type { Request, Response } from 'express';

/**
 * The cookie that a signed-in browser holds. `__Host-`: browsers take it only over TLS, for this host alone, so that
 * neither another host of the domain nor plain HTTP can plant one. Over plain HTTP, which is for trying out, there is
 * only the name without it.
 */
const nameOf = (isHttps: boolean): string => (isHttps ? '__Host-gatehouse' : 'gatehouse-session');

/** Longest Cookie header that is looked at: Node's own limit of 16 KiB for all headers comes first. */
const maxCookieHeaderLength = 16_384;

export function readSessionCookie(request: Request, isHttps: boolean): string | undefined {
  const header = request.headers.cookie;
  if (header === undefined || header.length > maxCookieHeaderLength) return undefined;
  const start = `${nameOf(isHttps)}=`;
  const pair = header
    .split(';')
    .map((one) => one.trim())
    .find((one) => one.startsWith(start));
  const value = pair?.slice(start.length);
  return value === '' ? undefined : value;
}

export function setSessionCookie(
  response: Response,
  isHttps: boolean,
  value: string,
  maxAgeSeconds: number,
): void {
  response.cookie(nameOf(isHttps), value, { ...attributes(isHttps), maxAge: maxAgeSeconds * 1000 });
}

export function clearSessionCookie(response: Response, isHttps: boolean): void {
  response.clearCookie(nameOf(isHttps), attributes(isHttps));
}

/** Strict: no other site can make a browser send it, not even by a link. */
function attributes(isHttps: boolean) {
  return { httpOnly: true, sameSite: 'strict', secure: isHttps, path: '/' } as const;
}
