import { isJsonObject, type JsonObject } from '../../domain/inventory';
import { rowsOf, textOf } from '../json-values';

/** OCS and FusionInventory before 2.2 know the operating system as fields of HARDWARE only. */
export function addOcsSections(content: JsonObject, sent: JsonObject): void {
  const { hardware } = sent;
  if (content.operatingsystem === undefined && isJsonObject(hardware)) {
    const system = systemOf(hardware);
    if (system !== undefined) content.operatingsystem = system;
  }
  nameCpus(content, sent);
}

function systemOf(hardware: JsonObject): JsonObject | undefined {
  const name = textOf(hardware.osname);
  if (name === undefined) return undefined;
  const version = textOf(hardware.osversion);
  const servicePack = textOf(hardware.oscomments);
  return {
    name,
    full_name: name,
    ...(version === undefined ? {} : { version }),
    // On Windows OSCOMMENTS is the service pack, elsewhere the kernel's build text.
    ...(servicePack !== undefined && /^service pack/i.test(servicePack) ? { service_pack: servicePack } : {}),
  };
}

/** OCS writes the name of a processor into TYPE. */
function nameCpus(content: JsonObject, sent: JsonObject): void {
  const names = rowsOf(sent.cpus).map((cpu) => textOf(cpu.type));
  rowsOf(content.cpus).forEach((cpu, index) => {
    const name = names[index];
    if (cpu.name === undefined && name !== undefined) cpu.name = name;
  });
}
