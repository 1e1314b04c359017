import type { JsonObject } from '../../domain/inventory';
import { textOf } from '../json-values';

/** What needs more than one field of a row. Rows are fresh objects and may be changed. */
export const rowFinishers: ReadonlyMap<string, (row: JsonObject) => JsonObject> = new Map([
  ['antivirus', chooseBaseVersion],
  ['controllers', splitPciId],
]);

/** The first version present names the signature base. */
function chooseBaseVersion(row: JsonObject): JsonObject {
  const { datfileversion, engineversion64, engineversion32, ...rest } = row;
  const version = rest.base_version ?? datfileversion ?? engineversion64 ?? engineversion32;
  return version === undefined ? rest : { ...rest, base_version: version };
}

/** `8086:0d57` → vendor and product. */
function splitPciId(row: JsonObject): JsonObject {
  const [, vendorid, productid] = /^([^:]+):([^:]+)$/.exec(textOf(row.pciid) ?? '') ?? [];
  if (vendorid === undefined || productid === undefined) return row;
  const { pciid: _pciid, ...rest } = row;
  return { ...rest, vendorid, productid };
}
