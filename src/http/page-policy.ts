import helmet from 'helmet';
import type { RequestHandler } from 'express';
import type { IncomingMessage, ServerResponse } from 'node:http';

type Sources = readonly (string | ((request: IncomingMessage, response: ServerResponse) => string))[];

/** Policy of a page of ours: everything comes from this host, but for what is said otherwise; no frame shows it. */
export function pagePolicy(over: Readonly<Record<string, Sources>>): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        connectSrc: ["'self'"],
        imgSrc: ["'self'"],
        fontSrc: ["'self'"],
        formAction: ["'none'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
        ...over,
      },
    },
    // Set where TLS ends: many try the gateway over plain HTTP first.
    strictTransportSecurity: false,
    referrerPolicy: { policy: 'no-referrer' },
  });
}
