/** What one body may cost before it is refused. All are inclusive: the limit itself still passes. */
export interface DecodeLimits {
  readonly maxInflatedBytes: number;
  /** Inflated to wire bytes. Judged only beyond `ratioFreeBytes` of output: small texts of spaces are no bombs. */
  readonly maxInflateRatio: number;
  /** Nesting of elements, objects and lists; the root counts 1. */
  readonly maxDepth: number;
  /** Values of a JSON text; elements and attributes of an XML document. */
  readonly maxElements: number;
  readonly maxListLength: number;
  /** UTF-8 bytes of one text, key or element name. */
  readonly maxTextBytes: number;
}

const mebibyte = 1024 * 1024;

/**
 * Real full inventories reach 378 kB at a ratio of 14, depth 7 and 20,000 elements; SNMP ones of 20 MB have been
 * heard of and are refused by default.
 */
export const defaultDecodeLimits: DecodeLimits = {
  maxInflatedBytes: 16 * mebibyte,
  maxInflateRatio: 200,
  maxDepth: 32,
  maxElements: 500_000,
  maxListLength: 50_000,
  maxTextBytes: mebibyte,
};

/** Output up to which the ratio is not judged. */
export const ratioFreeBytes = mebibyte;

/** Agents send one device a message; each one costs a decision and a transaction. */
export const maxDevicesPerMessage = 256;
