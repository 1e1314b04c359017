import 'swagger-ui-dist/swagger-ui.css';
import './api-docs.css';
import SwaggerUIBundle from 'swagger-ui-dist/swagger-ui-es-bundle';
import { api } from '../api/client';
import type { components } from '../api/openapi';
import { signedInHere } from '../session/signed-in-here';

/**
 * The admin API to read and to try: its own description, drawn by Swagger UI and asked by the session of the console. In
 * English only, as Swagger UI and the description are.
 */

type Session = components['schemas']['Session'];

async function whoIsSignedIn(): Promise<Session | undefined> {
  if (!signedInHere.isSo()) return undefined;
  return (await api.GET('/session')).data;
}

function elementOf(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`api-docs.html has no element #${id}`);
  return found;
}

/** Swagger UI wants a class of its own. */
if (document.documentElement.dataset.mantineColorScheme === 'dark') {
  document.documentElement.classList.add('dark-mode');
}

SwaggerUIBundle({
  url: '/api/v1/openapi.json',
  domNode: elementOf('api'),
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  filter: true,
  // The role that each operation needs.
  showExtensions: true,
  // A token that was typed in is forgotten with the page.
  persistAuthorization: false,
  // No link may make this page show another document.
  queryConfigEnabled: false,
  validatorUrl: null,
  requestInterceptor: async (request) => {
    const isOurs = new URL(request.url, location.href).origin === location.origin;
    const isByToken = Object.keys(request.headers).some((name) => name.toLowerCase() === 'authorization');
    if (!isOurs || isByToken || (request.method ?? 'GET') === 'GET') return request;
    // What changes something is taken from a session only with this (docs/admin-api.md).
    const csrf = (await whoIsSignedIn())?.csrf;
    if (csrf != null) request.headers['X-CSRF-Token'] = csrf;
    return request;
  },
});

const session = await whoIsSignedIn();
elementOf('who').textContent =
  session === undefined
    ? 'Not signed in: sign in to the console, or give an admin token by Authorize.'
    : `Signed in as ${session.name} (${session.role}): what is tried here is really done.`;
