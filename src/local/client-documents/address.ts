/**
 * What a host in a URL is, told from its text alone: no name is resolved. Only this machine and made-up
 * names are ever fetched from here; telling the other kinds apart says in the request log why a document
 * was refused, and keeps special names from being made up.
 */
import { isLoopbackHostname } from '../loopback.ts'

/**
 * `this-machine`: loopback. `special-use`: an address or a name of a private or internal network, or of
 * none (RFC 6890, RFC 6761, cloud metadata services). `public`: an address on the internet. `name`: a DNS
 * name that could be anywhere.
 */
export type Reach = 'this-machine' | 'special-use' | 'public' | 'name'

/** IANA IPv4 special-purpose registry, multicast and reserved space: first address and prefix length. */
const SPECIAL_IPV4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
]

/** Names that mean this machine, a local network or a cloud's metadata service to some resolver. */
const SPECIAL_NAME = /(?:^|\.)(?:localhost|local|localdomain|internal|intranet|lan|arpa|onion)$/

/**
 * @param hostname as `URL.hostname` gives it: lower case, IPv6 in brackets, IPv4 in dotted decimal
 * @returns what is there, with anything odd counted as `special-use`
 */
export function reachOf(hostname: string): Reach {
  if (isLoopbackHostname(hostname)) return 'this-machine'
  if (hostname.startsWith('[')) return isGlobalIpv6(hostname) ? 'public' : 'special-use'
  if (/^\d+(?:\.\d+){3}$/.test(hostname)) return isSpecialIpv4(hostname) ? 'special-use' : 'public'
  return isOrdinaryName(hostname) ? 'name' : 'special-use'
}

/** A name without a dot is some local network's, and one with a dot at its end escapes comparison. */
function isOrdinaryName(hostname: string): boolean {
  return /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(hostname) && !SPECIAL_NAME.test(hostname)
}

function isSpecialIpv4(address: string): boolean {
  const value = ipv4Value(address)
  return SPECIAL_IPV4.some(([first, length]) => {
    const size = 2 ** (32 - length)
    return Math.floor(value / size) === Math.floor(ipv4Value(first) / size)
  })
}

function ipv4Value(address: string): number {
  return address.split('.').reduce((value, part) => value * 256 + Number(part), 0)
}

/** Global unicast is 2000::/3; in it lie protocol assignments, documentation and 6to4 (RFC 6890). */
function isGlobalIpv6(bracketed: string): boolean {
  const [first = 0, second = 0] = leadingGroups(bracketed.slice(1, -1))
  if (first < 0x2000 || first > 0x3fff) return false
  const isAssignment = first === 0x2001 && second < 0x200
  const isDocumentation =
    (first === 0x2001 && second === 0xdb8) || (first === 0x3fff && second < 0x1000)
  return !isAssignment && !isDocumentation && first !== 0x2002
}

/** The 16-bit groups before `::`, or all of them; what `::` stands for begins with zero. */
function leadingGroups(address: string): number[] {
  const [head = ''] = address.split('::')
  return head === '' ? [] : head.split(':').map((group) => Number.parseInt(group, 16))
}
