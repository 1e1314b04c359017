/**
 * Addresses that many machines have at once, by their beginning. Sources: GLPI's default blacklist (19 entries);
 * addresses found on unrelated real machines in public payloads; OCSInventory-ocsreports #1440 (Bluetooth dongles);
 * RFC 5798 and Cisco for router redundancy; Android, Apple and VPN makers for their constants.
 */
const sharedBeginnings: readonly (readonly [string, string])[] = [
  ['00:00:00:00:00', 'zero address'],
  ['ff:ff:ff:ff:ff:ff', 'broadcast'],
  ['fe:ff:ff:ff:ff:ff', 'Xen bridge'],
  ['20:41:53:59:4e:ff', 'RAS adapter'],
  ['50:50:54:50:30:30', 'WAN miniport'],
  ['33:50:6f:45:30:30', 'WAN miniport'],
  ['02:00:4e:43:50:49', 'VPN adapter'],
  ['02:50:41:00:00:01', 'VPN adapter'],
  ['02:00:00:00:01:00', 'VPN adapter'],
  ['00:05:9a:3c:7a:00', 'VPN adapter'],
  ['00:09:0f:fe:00:01', 'VPN adapter'],
  ['00:09:0f:aa:00:01', 'VPN adapter'],
  ['00:ff:', 'TAP adapter'],
  ['0a:00:27:00:00', 'VirtualBox host network'],
  ['00:50:56:c0:', 'VMware host network'],
  // Containers get 02:42 and their private address: the first one of every host is 02:42:ac:11:00:02.
  ['02:42:ac:', 'container'],
  ['00:a0:c6:00:00:00', 'modem'],
  ['02:80:37:ec:02:00', 'modem'],
  ['00:0b:ca:fe:00:00', 'adapter constant'],
  ['e2:e6:16:20:0a:35', 'FireWire'],
  ['d2:0a:2d:a0:04:be', 'FireWire'],
  ['d2:6b:25:2f:2c:e7', 'FireWire'],
  ['00:1a:7d:da:71', 'Bluetooth dongle'],
  ['ac:de:48:00:11:22', 'Apple internal link'],
  ['02:00:00:00:00:00', 'hidden by the mobile system'],
  ['00:11:22:33:44:55', 'placeholder'],
  ['12:34:56:78:9a:bc', 'placeholder'],
  ['00:00:5e:00:0', 'router redundancy (VRRP)'],
  ['00:00:0c:07:ac', 'router redundancy (HSRP)'],
  ['00:00:0c:9f:f', 'router redundancy (HSRP)'],
  ['00:07:b4:00', 'router redundancy (GLBP)'],
];
/** " RAS" in ASCII: WAN miniports of Windows, with two changing bytes before it. */
const rasEnding = ':20:52:41:53';

/** Why an address cannot belong to one machine only; undefined when it can. `mac` is lower case with colons. */
export function whySharedMac(mac: string): string | undefined {
  const shared = sharedBeginnings.find(([beginning]) => mac.startsWith(beginning));
  if (shared !== undefined) return shared[1];
  if (mac.endsWith(rasEnding)) return 'RAS adapter';
  return (Number.parseInt(mac.slice(0, 2), 16) & 1) !== 0 ? 'multicast' : undefined;
}
