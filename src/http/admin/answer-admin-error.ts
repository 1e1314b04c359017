import type { ErrorRequestHandler } from 'express';
import { Problem } from '../../domain/problem';
import type { Log } from '../../observability/log';
import { problemBody, sendProblem, type ProblemBody } from '../problem-json';

/** Turns whatever was thrown into a problem. The text of an unexpected error goes to the log only. */
export function answerAdminError(deps: {
  readonly log: Log;
  readonly isUnavailable: (error: unknown) => boolean;
}): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    const body = bodyOf(error, deps.isUnavailable);
    if (body.status >= 500 && !(error instanceof Problem)) {
      deps.log.error({ err: error, method: request.method, code: body.code }, 'admin request failed');
    }
    if (response.headersSent) {
      response.destroy();
      return;
    }
    response.removeHeader('Content-Disposition');
    if (body.status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
    if (body.code === 'too_many_attempts') response.setHeader('Retry-After', '60');
    sendProblem(response, body);
  };
}

function bodyOf(error: unknown, isUnavailable: (error: unknown) => boolean): ProblemBody {
  if (error instanceof Problem) return problemBody(error.code, error.detail, error.errors);
  const read = bodyReadProblem(error);
  if (read !== undefined) return read;
  // Express cannot decode the path: nothing lies there.
  if (error instanceof URIError) return problemBody('not_found', 'There is nothing at this path.');
  return isUnavailable(error)
    ? problemBody('database_unavailable', 'The database does not answer. Try again later.')
    : problemBody('internal', 'Something failed in Gatehouse. Its log says what.');
}

/** Kinds of errors of express.json, by its documented `type`. */
function bodyReadProblem(error: unknown): ProblemBody | undefined {
  const kind: unknown = error instanceof Error && 'type' in error ? error.type : undefined;
  switch (kind) {
    case 'entity.too.large':
      return problemBody('body_too_large', 'The request body has more than 1 MiB.');
    case 'encoding.unsupported':
    case 'charset.unsupported':
      return problemBody('body_type_unsupported', 'Send the body as application/json in UTF-8.');
    case 'entity.parse.failed':
    case 'request.aborted':
    case 'request.size.invalid':
      return problemBody('body_malformed', 'The request body is not JSON.');
    default:
      return undefined;
  }
}
