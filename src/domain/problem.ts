/**
 * A caller of the admin API or the CLI asked for something that cannot be done. Thrown by use cases, turned into
 * RFC 9457 problem+json by the HTTP edge and into a message with exit code by the CLI.
 */
export class Problem extends Error {
  constructor(
    readonly code: ProblemCode,
    readonly detail: string,
    readonly errors: readonly FieldError[] = [],
  ) {
    super(detail);
    this.name = 'Problem';
  }

  get status(): number {
    return problems[this.code].status;
  }
}

export interface FieldError {
  /** JSON pointer into the request body, or the name of a query parameter. */
  readonly field: string;
  readonly message: string;
}

/** The closed catalogue of problems: code → HTTP status and title. docs/admin-api.md lists the same codes. */
export const problems = {
  token_missing: { status: 401, title: 'Admin token required' },
  token_refused: { status: 401, title: 'Admin token refused' },
  session_ended: { status: 401, title: 'Session has ended' },
  csrf_refused: { status: 403, title: 'CSRF token missing or wrong' },
  too_many_attempts: { status: 429, title: 'Too many refused tokens from this address' },
  too_many_streams: { status: 429, title: 'Too many streams of events are open' },
  role_insufficient: { status: 403, title: 'The admin token may not do this' },
  not_found: { status: 404, title: 'Not found' },
  method_not_allowed: { status: 405, title: 'Method not allowed' },
  body_invalid: { status: 422, title: 'Request body not valid' },
  body_malformed: { status: 400, title: 'Request body is not JSON' },
  body_too_large: { status: 413, title: 'Request body too large' },
  body_type_unsupported: { status: 415, title: 'Request body must be application/json' },
  precondition_failed: { status: 412, title: 'It is not what If-Match names' },
  idempotency_mismatch: { status: 422, title: 'Idempotency-Key used otherwise before' },
  idempotency_replayed: { status: 409, title: 'Done before under this Idempotency-Key' },
  query_invalid: { status: 400, title: 'Query parameter not valid' },
  asset_merged: { status: 409, title: 'Asset is part of another one' },
  asset_not_merged: { status: 409, title: 'Asset is part of no other one' },
  merge_conflict: { status: 409, title: 'The assets look like two machines' },
  split_impossible: { status: 409, title: 'The asset cannot be split like this' },
  entity_in_use: { status: 409, title: 'Entity is in use' },
  entity_cycle: { status: 409, title: 'Entity cannot be below itself' },
  entity_exists: { status: 409, title: 'An entity of this name exists there' },
  entity_tag_taken: { status: 409, title: 'Another entity has this tag' },
  entity_limit_reached: { status: 409, title: 'Too many entities' },
  glpi_api_missing: { status: 409, title: 'No credential for the API of GLPI' },
  glpi_unavailable: { status: 502, title: 'GLPI could not be asked' },
  instance_exists: { status: 409, title: 'An instance of this name exists' },
  junk_known: { status: 409, title: 'The value is known from many machines' },
  junk_limit_reached: { status: 409, title: 'Too much is declared junk, or allowed' },
  key_revoked: { status: 409, title: 'Key is revoked' },
  last_admin: { status: 409, title: 'The last admin token cannot be taken away' },
  generation_limit_reached: { status: 409, title: 'Too many generations of this key are good' },
  generation_in_use: { status: 409, title: 'The newest generation cannot be retired' },
  resolution_impossible: { status: 409, title: 'The held submission cannot be resolved like this' },
  already_resolved: { status: 409, title: 'Already resolved' },
  upstream_missing: { status: 409, title: 'The instance forwards to nowhere' },
  upstream_of_settings: { status: 409, title: 'The upstream is set by GLPI_URL' },
  webhook_limit_reached: { status: 409, title: 'Too many webhooks' },
  database_unavailable: { status: 503, title: 'Database not available' },
  internal: { status: 500, title: 'Internal error' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof problems;
