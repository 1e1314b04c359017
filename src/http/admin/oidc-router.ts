import { Router, type Request, type Response } from 'express';
import { beginOidc, finishOidc, signInMinutes, signOutOfOidc, type OidcSignIn } from '../../admin/oidc';
import { OidcFault } from '../../oidc/provider';
import type { Admission, AdmissionDeps } from './admit-admin';
import { setSessionCookie } from './session-cookie';

const minuteMs = 60_000;
const path = '/';
/** Of the browser, while its person is at the provider. Lax: the way back is a link from another site. */
const cookieName = (isHttps: boolean): string => (isHttps ? '__Host-gatehouse-oidc' : 'gatehouse-oidc');
const maxToLength = 1000;
/** Until it signs out: by what it signed in with. Strict, so that no other site can sign anybody out at the provider. */
const hintName = (isHttps: boolean): string =>
  isHttps ? '__Secure-gatehouse-oidc-hint' : 'gatehouse-oidc-hint';
const hintPath = '/api/v1/session/oidc';

/**
 * Signing in with an OpenID provider, for browsers: both addresses answer with redirects. Mount it at `/session/oidc`.
 * Nothing that failed says more in the browser than that it did; the log has the reason.
 */
export function createOidcRouter(
  deps: AdmissionDeps & { readonly oidc: OidcSignIn },
  admission: Admission,
): Router {
  const router = Router();
  const attributes = (request: Request) =>
    ({ httpOnly: true, sameSite: 'lax', secure: deps.isHttps(request), path }) as const;
  const hintAttributes = (request: Request) =>
    ({ httpOnly: true, sameSite: 'strict', secure: deps.isHttps(request), path: hintPath }) as const;

  router.get('/', async (request, response) => {
    admission.requireAttempts(request);
    const to = request.query.to;
    const wanted = typeof to === 'string' && to.length <= maxToLength ? to : '';
    await orBack(response, async () => {
      const { url, kept } = await beginOidc(deps, wanted);
      response.cookie(cookieName(deps.isHttps(request)), kept, {
        ...attributes(request),
        maxAge: signInMinutes * minuteMs,
      });
      return url;
    });
  });

  router.get('/callback', async (request, response) => {
    admission.requireAttempts(request);
    const kept = cookieOf(request, cookieName(deps.isHttps(request)));
    response.clearCookie(cookieName(deps.isHttps(request)), attributes(request));
    await orBack(response, async () => {
      const place = { address: deps.clientAddressOf(request), userAgent: request.get('user-agent') };
      const search = new URL(request.originalUrl, 'http://localhost').search;
      const { started, to, signOutHint } = await finishOidc(deps, kept, search, place).catch(
        (error: unknown) => {
          if (error instanceof OidcFault && error.kind === 'refused') admission.countRefused(request);
          throw error;
        },
      );
      setSessionCookie(response, deps.isHttps(request), started.secret, started.maxAgeSeconds);
      response.cookie(hintName(deps.isHttps(request)), signOutHint, {
        ...hintAttributes(request),
        maxAge: started.maxAgeSeconds * 1000,
      });
      return pageOf(to);
    });
  });
  // The console comes here when it has ended its session. Nobody's rights are asked for: it leads out only.
  router.get('/sign-out', async (request, response) => {
    const hint = cookieOf(request, hintName(deps.isHttps(request)));
    response.clearCookie(hintName(deps.isHttps(request)), hintAttributes(request));
    await orBack(response, async () => (await signOutOfOidc(deps, hint)) ?? '/admin/sign-in');
  });
  return router;

  async function orBack(response: Response, work: () => Promise<string>): Promise<void> {
    const to = await work().catch((error: unknown) => {
      if (!(error instanceof OidcFault)) throw error;
      deps.log.warn({ err: error }, 'signing in or out with the OpenID provider failed');
      return `/admin/sign-in?problem=${error.kind}`;
    });
    response.redirect(302, to);
  }
}

/** A page of the console and nothing else, whatever was asked for. */
function pageOf(to: string): string {
  const isPath = to.startsWith('/') && URL.canParse(to, 'http://localhost');
  const url = new URL(isPath ? to : '/', 'http://localhost');
  if (url.host !== 'localhost' || url.pathname.startsWith('//')) return '/admin';
  const page = url.pathname.replace(/^\/admin(?=\/|$)/, '');
  return `/admin${page === '/' ? '' : page}${url.search}`;
}

function cookieOf({ headers: { cookie = '' } }: Request, name: string): string {
  const pair = cookie
    .split(';')
    .map((one) => one.trim())
    .find((one) => one.startsWith(`${name}=`));
  return pair?.slice(name.length + 1) ?? '';
}
