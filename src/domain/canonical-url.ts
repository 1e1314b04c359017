/**
 * A URL that a key can be bound to, in one spelling: lower-case ASCII host without trailing dot, effective port,
 * base path without trailing slash. Every spelling of this machine's loopback name is `localhost`.
 */
export interface CanonicalUrl {
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly port: number;
  /** `''` or `/path`. */
  readonly basePath: string;
}
