import { describe, expect, test } from 'bun:test'
import { reachOf } from '../../src/local/client-documents/address.ts'
import { readDocumentUrl } from '../../src/local/client-documents/document-url.ts'
import { UnusableDocument } from '../../src/local/client-documents/unusable-document.ts'

const SELF = 'http://localhost:3001'
const HOSTS = new Set(['client.example', 'client.example:8443'])

/** @returns why a URL may not be fetched, or the URL as it will be */
function judge(clientId: string): string {
  try {
    return readDocumentUrl(clientId, { hosts: HOSTS, self: SELF }).href
  } catch (error) {
    if (error instanceof UnusableDocument) return error.reason
    throw error
  }
}

describe('a host is', () => {
  const hosts: Record<ReturnType<typeof reachOf>, string[]> = {
    'this-machine': ['localhost', '127.0.0.1', '127.255.255.254', '[::1]'],
    'special-use': [
      '0.0.0.0',
      '10.1.2.3',
      '100.64.0.1',
      '100.127.255.255',
      '169.254.169.254',
      '172.16.0.1',
      '172.31.255.255',
      '192.0.0.1',
      '192.0.2.1',
      '192.88.99.1',
      '192.168.0.1',
      '198.18.0.1',
      '198.19.255.255',
      '198.51.100.1',
      '203.0.113.1',
      '224.0.0.1',
      '240.0.0.1',
      '255.255.255.255',
      '[::]',
      '[::7f00:1]',
      '[::ffff:7f00:1]',
      '[::ffff:a00:1]',
      '[64:ff9b::a00:1]',
      '[64:ff9b:1::1]',
      '[100::1]',
      '[2001::1]',
      '[2001:db8::1]',
      '[2002:a00:1::1]',
      '[3fff::1]',
      '[fc00::1]',
      '[fd00:ec2::254]',
      '[fe80::1]',
      '[fec0::1]',
      '[ff02::1]',
      'metadata.google.internal',
      'metadata',
      'instance-data',
      'router.lan',
      'printer.local',
      'app.localhost',
      'localhost.localdomain',
      'home.arpa',
      'example.onion',
      'localhost.',
      'client.example.',
      'client..example',
      '',
    ],
    public: ['8.8.8.8', '100.63.255.255', '172.32.0.1', '198.20.0.1', '[2606:4700::1111]'],
    name: ['client.example', 'xn--bcher-kva.example', 'internal.example', 'localhost.evil.test'],
  }
  for (const [reach, names] of Object.entries(hosts)) {
    for (const name of names) {
      test(`E-F02 E-F04 E-F05 ${reach}: ${name || 'nothing'}`, () => {
        expect(reachOf(name)).toBe(reach as ReturnType<typeof reachOf>)
      })
    }
  }
})

describe('B2.05 a document may be at', () => {
  const good = [
    'https://client.example/oauth/client.json',
    'https://client.example:8443/client',
    'https://client.example/a/',
    'https://client.example/%C3%A9',
    'http://localhost:5000/client.json',
    'http://127.0.0.1:5000/client.json',
    'http://[::1]:5000/client.json',
    'https://localhost/client.json',
  ]
  for (const url of good) test(url, () => expect(judge(url)).toBe(url))
})

describe('a document may not be at', () => {
  const bad: [id: string, url: string, reason: string][] = [
    ['E-F02', 'https://169.254.169.254/latest/meta-data/', 'address_special_use'],
    ['E-F02', 'http://169.254.169.254/latest/meta-data/', 'address_special_use'],
    ['E-F02', 'https://metadata.google.internal/computeMetadata/v1/', 'address_special_use'],
    ['E-F03', 'http://2130706433/c', 'url_not_canonical'],
    ['E-F03', 'http://0177.0.0.1/c', 'url_not_canonical'],
    ['E-F03', 'http://0x7f.1/c', 'url_not_canonical'],
    ['E-F03', 'http://127.1/c', 'url_not_canonical'],
    ['E-F03', 'http://１２７.0.0.1/c', 'url_not_canonical'],
    ['E-F03', 'http://%31%32%37.0.0.1/c', 'url_not_canonical'],
    ['E-F04', 'http://[0:0:0:0:0:0:0:1]/c', 'url_not_canonical'],
    ['E-F04', 'http://[::ffff:127.0.0.1]/c', 'url_not_canonical'],
    ['E-F04', 'https://[::ffff:a00:1]/c', 'address_special_use'],
    ['E-F04', 'https://[64:ff9b::a00:1]/c', 'address_special_use'],
    ['E-F04', 'https://[fe80::1%25eth0]/c', 'url_malformed'],
    ['E-F04', 'https://[fc00::1]/c', 'address_special_use'],
    ['E-F05', 'https://0.0.0.0/c', 'address_special_use'],
    ['E-F05', 'https://100.64.0.1/c', 'address_special_use'],
    ['E-F05', 'https://198.18.0.1/c', 'address_special_use'],
    ['E-F05', 'https://192.0.0.1/c', 'address_special_use'],
    ['E-F05', 'https://224.0.0.1/c', 'address_special_use'],
    ['E-F05', 'https://255.255.255.255/c', 'address_special_use'],
    ['E-F07', 'https://rebinding.test/c', 'host_not_served'],
    ['E-F09', 'https://good.test@evil.test/c', 'url_malformed'],
    ['E-F09', 'https://client.example@evil.test/c', 'url_malformed'],
    ['E-F09', 'https://user:secret@client.example/c', 'url_malformed'],
    ['E-F09', 'https://@client.example/c', 'url_not_canonical'],
    ['E-F09', 'https://good.test%2f@evil/c', 'url_malformed'],
    ['E-F10', 'https://client.example/c#x', 'url_has_query_or_fragment'],
    ['E-F10', 'https://client.example/c#', 'url_has_query_or_fragment'],
    ['E-F10', 'https://client.example/c?x=1', 'url_has_query_or_fragment'],
    ['E-F10', 'https://client.example/c?', 'url_has_query_or_fragment'],
    ['E-F10', 'https://client.example', 'url_has_no_path'],
    ['E-F10', 'https://client.example/', 'url_has_no_path'],
    ['E-F10', 'https://client.example/./c', 'url_not_canonical'],
    ['E-F10', 'https://client.example/a/../c', 'url_not_canonical'],
    ['E-F10', 'https://client.example/a/%2e%2e/c', 'url_malformed'],
    ['E-F10', 'https://client.example/a/%2E./c', 'url_malformed'],
    ['E-F10', 'https://client.example/a%2f..%2fc', 'url_malformed'],
    ['E-F10', 'https://client.example\\@evil.test/c', 'url_not_canonical'],
    ['E-F10', 'https://client.example/a\\c', 'url_not_canonical'],
    ['E-F10', 'https://client.example/a%5Cc', 'url_malformed'],
    ['E-F10', 'https:/client.example/c', 'url_not_canonical'],
    ['E-F10', 'https://client.example/c d', 'url_not_canonical'],
    ['E-F10', 'https://client.example/c\n', 'url_not_canonical'],
    ['E-F10', 'HTTPS://client.example/c', 'url_not_canonical'],
    ['E-F10', 'https://CLIENT.example/c', 'url_not_canonical'],
    ['E-F10', 'https://client.example:443/c', 'url_not_canonical'],
    ['E-F11', 'https://client.example:22/c', 'url_port_refused'],
    ['E-F11', 'https://client.example:25/c', 'url_port_refused'],
    ['E-F11', 'https://client.example:8444/c', 'url_port_refused'],
    ['E-F11', 'http://localhost:22/c', 'url_port_refused'],
    ['E-F11', 'http://127.0.0.1:25/c', 'url_port_refused'],
    ['E-F11', 'http://[::1]:6379/c', 'url_port_refused'],
    ['E-F22', `${SELF}/v1/oauth2/register`, 'url_is_local_stytch'],
    ['B2.05', 'http://client.example/c', 'url_malformed'],
    ['B2.05', 'https://8.8.8.8/c', 'host_not_served'],
    ['B2.05', 'https://localhost.evil.test/c', 'host_not_served'],
    ['B2.05', 'ftp://client.example/c', 'url_malformed'],
    ['B2.05', 'https://', 'url_malformed'],
    ['B2.05', `https://client.example/${'c'.repeat(2048)}`, 'url_malformed'],
  ]
  for (const [id, url, reason] of bad) {
    test(`${id} ${JSON.stringify(url.slice(0, 60))}`, () => expect(judge(url)).toBe(reason))
  }
})
