import type { JsonValue } from '../domain/inventory';

/**
 * 64-bit digest of a JSON value that does not depend on the order of keys or of list items. Not cryptographic: whoever
 * could make two inventories collide holds the device's key and could as well send the old one.
 *
 * Own code because nothing ready is fast enough on the way of every inventory. Measured on 160 KB (5,500 texts): this
 * 0.26 ms, JSON.stringify alone 0.5 ms, rows and keys sorted and given to SHA-256 1.8 ms. Sums take the place of
 * sorting: the digest of a list is the sum of the mixed digests of its items, that of an object of its fields.
 */
export class ValueDigest {
  // Two lanes of 32 bits: the result of the last step. Fields, so that no step allocates.
  private low = 0;
  private high = 0;
  private readonly keys = new Map<string, { readonly low: number; readonly high: number }>();

  /** 16 hex digits. `isLeftOut` names fields, at any depth, that do not count. */
  of(value: JsonValue, isLeftOut?: (key: string, value: JsonValue) => boolean): string {
    this.add(value, isLeftOut);
    return hex(this.high) + hex(this.low);
  }

  private add(value: JsonValue, isLeftOut: ((key: string, value: JsonValue) => boolean) | undefined): void {
    if (typeof value === 'string') this.text(value, seeds.text);
    else if (typeof value !== 'object' || value === null) this.text(String(value), seeds.scalar);
    else if (Array.isArray(value)) this.list(value, isLeftOut);
    else this.object(value, isLeftOut);
  }

  private list(
    list: readonly JsonValue[],
    isLeftOut: ((key: string, value: JsonValue) => boolean) | undefined,
  ): void {
    let low = 0;
    let high = 0;
    for (const item of list) {
      this.add(item, isLeftOut);
      low = (low + this.low) | 0;
      high = (high + this.high) | 0;
    }
    this.mix(low ^ list.length, high, seeds.list);
  }

  private object(
    object: Readonly<Record<string, JsonValue>>,
    isLeftOut: ((key: string, value: JsonValue) => boolean) | undefined,
  ): void {
    let low = 0;
    let high = 0;
    let count = 0;
    for (const key in object) {
      const value = object[key] as JsonValue;
      if (isLeftOut?.(key, value) === true) continue;
      const keyDigest = this.key(key);
      if (typeof value === 'string') this.text(value, seeds.text);
      else this.add(value, isLeftOut);
      this.mix(this.low ^ keyDigest.low, (this.high + keyDigest.high) | 0, seeds.field);
      low = (low + this.low) | 0;
      high = (high + this.high) | 0;
      count += 1;
    }
    this.mix(low ^ count, high, seeds.object);
  }

  /** Field names repeat in every row. */
  private key(key: string): { readonly low: number; readonly high: number } {
    const known = this.keys.get(key);
    if (known !== undefined) return known;
    this.text(key, seeds.key);
    const digest = { low: this.low, high: this.high };
    if (this.keys.size < maxKnownKeys) this.keys.set(key, digest);
    return digest;
  }

  /** Multiply and xor per character, as FNV does, in two lanes of which one feeds the other. */
  private text(text: string, seed: number): void {
    const { length } = text;
    let low = 0xdeadbeef ^ length;
    let high = 0x41c6ce57 ^ length;
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i);
      low = Math.imul(low ^ unit, 0x9e3779b1);
      high = Math.imul(high ^ unit ^ (low >>> 16), 0x5f356495);
    }
    this.mix(low, high, seed);
  }

  /** Spreads every bit of both lanes over both: what makes the sums of the digests safe to add up. */
  private mix(low: number, high: number, seed: number): void {
    let a = Math.imul(low ^ seed, 0x85ebca6b);
    let b = Math.imul(high ^ seed, 0xc2b2ae35);
    a ^= b >>> 15;
    b ^= a >>> 13;
    a = Math.imul(a, 0x27d4eb2f);
    b = Math.imul(b, 0x165667b1);
    a ^= b >>> 16;
    b ^= a >>> 14;
    this.low = Math.imul(a, 0x85ebca77) | 0;
    this.high = Math.imul(b ^ (this.low >>> 16), 0xc2b2ae3d) | 0;
  }
}

/** One for each kind, so that `1`, `"1"`, `["1"]` and `{"1": …}` differ. */
const seeds = { text: 1, scalar: 2, list: 3, object: 4, field: 5, key: 6 } as const;
/** The format has some 450 field names; hostile ones must not fill the memory. */
const maxKnownKeys = 4096;

function hex(lane: number): string {
  return (lane >>> 0).toString(16).padStart(8, '0');
}
