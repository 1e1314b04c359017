import type { JsonObject } from '../domain/inventory';
import { cleanText } from './clean-text';

/**
 * What an entry of `networks` says of the address in it.
 * - physical: a card of the machine, as far as one can tell. A docking station's looks the same.
 * - flagged: only the flag says virtual. Agents set it on the cards of virtual machines too.
 * - virtual: made by software, named as such.
 * - wifi: a card that may show a random address.
 */
export type InterfaceKind = 'physical' | 'flagged' | 'virtual' | 'wifi';

const virtualTypes = new Set(['loopback', 'bridge', 'bluetooth', 'dialup', 'aggregate', 'alias']);

/** Interface names that systems and programs give: Linux, BSD, macOS, ESX (vmk, vswif). */
const virtualNames = new RegExp(
  `^(lo|docker|br-|bridge|virbr|veth|vnet|tap|tun|utun|vboxnet|vmnet|vmk|vswif|bond|team|dummy|ppp|wg|zt|tailscale|
  cali|flannel|cni|lxcbr|lxdbr|podman|kube|awdl|p2p|llw|anpi|gif|stf|sit|ip6tnl|mac(vtap|vlan)|pan|bnep|irda|fwip|fw|
  ham|ovs|ifb|nlmon|uap)[-_.]?[0-9]`.replace(/\s+/g, ''),
);
const virtualNamesWithoutNumber =
  /^(lo|br-[0-9a-f]{6,}|veth.*|vif.*|(tap|cali|flannel|cni|zt)[0-9a-f.]+|tailscale0|virbr.*)$/;

/** Adapter descriptions of Windows. A guest's own card says "vmxnet3", "VirtIO" or "Hyper-V Network Adapter". */
const virtualWords =
  /virtual|virtuel|virtuell|vpn|\btap\b|tap-|miniport|ras async|bluetooth|anyconnect|check ?point|fortinet|juniper|sonicwall|pangp|wireguard|openvpn|zerotier|tailscale|hamachi|teredo|isatap|6to4|tunnel|loopback|wi-?fi direct|hosted network|kernel debug|npcap|pppoe|firewire|1394|packet scheduler/i;
/** Device paths of Windows: devices without hardware, and those behind a Bluetooth radio. */
const virtualPnpIds = /^(ROOT|SWD?|BTH)[\\_]/i;
const wifiWords = /^(wl|wifi|ath|ra)[a-z]*\d|wi-?fi|wireless|wlan|802\.11|airport/i;

export function interfaceKind(entry: JsonObject): InterfaceKind {
  const type = cleanText(entry.type)?.toLowerCase() ?? '';
  const description = cleanText(entry.description) ?? '';
  const pnpId = cleanText(entry.pnpdeviceid) ?? '';
  if (virtualTypes.has(type) || isNamedVirtual(description) || virtualPnpIds.test(pnpId)) return 'virtual';
  if (isTrue(entry.virtualdev)) return 'flagged';
  return type === 'wifi' || wifiWords.test(description) ? 'wifi' : 'physical';
}

function isNamedVirtual(description: string): boolean {
  const name = description.toLowerCase();
  return virtualNames.test(name) || virtualNamesWithoutNumber.test(name) || virtualWords.test(description);
}

function isTrue(flag: unknown): boolean {
  return flag === true || flag === 1 || flag === '1';
}
