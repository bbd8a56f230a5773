import { describe, expect, test } from 'bun:test'
import { isPublicHost, publicURL } from '../../src/tools/management/public-host.ts'
import { isPublicKey } from '../../src/tools/management/public-key.ts'
import { ENVIRONMENT, manage, TEST } from '../support/managing.ts'

const PATH = `${ENVIRONMENT}/trusted_token_profiles`
const JWKS = 'https://idp.example.com/.well-known/jwks.json'
const jwk = {
  ...TEST,
  name: 'Partner',
  audience: 'our-app',
  issuer: 'https://idp.example.com',
  public_key_type: 'JWK',
  jwks_url: JWKS,
}
const { jwks_url: _, ...common } = jwk
const NOBODYS = 'trusted-token-profile-test-10ca1000-0000-4000-8000-000000000009'

const many = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`a${i}`, 'claim']))

type Kind = 'RSA' | 'EC'

/** A key pair's halves, in PEM as OpenSSL writes them. */
async function pair(kind: Kind = 'RSA') {
  const algorithm =
    kind === 'RSA'
      ? {
          name: 'RSASSA-PKCS1-v1_5',
          modulusLength: 2048,
          publicExponent: new Uint8Array([1, 0, 1]),
          hash: 'SHA-256',
        }
      : { name: 'ECDSA', namedCurve: 'P-256' }
  const keys = (await crypto.subtle.generateKey(algorithm, true, [
    'sign',
    'verify',
  ])) as CryptoKeyPair
  const spki = await crypto.subtle.exportKey('spki', keys.publicKey)
  const pkcs8 = await crypto.subtle.exportKey('pkcs8', keys.privateKey)
  return {
    publicKey: pem('PUBLIC KEY', spki),
    privateKey: pem('PRIVATE KEY', pkcs8),
    disguised: pem('PUBLIC KEY', pkcs8),
  }
}

function pem(label: string, der: ArrayBuffer | Uint8Array): string {
  const text = btoa(String.fromCharCode(...new Uint8Array(der)))
  const lines = text.match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}

const rsa = await pair()
const ec = await pair('EC')

describe('trusted token profiles', () => {
  test('trust is given once a person agrees, asked or by plan', async () => {
    const { call, agree, apply, stytch, writes } = manage()
    const dry = await call('createTrustedTokenProfile', { ...jwk, dryRun: true })
    expect(dry.data.changes[0].after).toMatchObject({
      issuer: jwk.issuer,
      can_jit_provision: false,
    })
    const { question, data } = await agree(
      'createTrustedTokenProfile',
      { ...jwk, attribute_mapping: { email: 'mail' }, can_jit_provision: true },
      'test',
    )
    expect(question).toContain('"https://idp.example.com" sign people in to environment test')
    expect(question).toContain('It can create people, too.')
    expect(writes()).toEqual([`POST ${PATH}`])
    const { profile_id } = data.profile
    const { profile } = await stytch('GET', `${PATH}/${profile_id}`)
    expect(profile).toEqual({
      profile_id,
      name: 'Partner',
      audience: 'our-app',
      issuer: 'https://idp.example.com',
      public_key_type: 'JWK',
      jwks_url: JWKS,
      pem_files: [],
      attribute_mapping: { email: 'mail' },
      can_jit_provision: true,
    })
    const target = { ...TEST, profile_id }
    expect((await call('getTrustedTokenProfile', target)).data.profile).toEqual(profile)
    const { summary, data: listed } = await call('getAllTrustedTokenProfiles', TEST)
    expect(summary).toBe('1 trusted token profiles.')
    expect(listed.profiles[0]).not.toHaveProperty('pem_files')

    const gone = await apply('deleteTrustedTokenProfile', target, 'test')
    expect(gone.data).toMatchObject({ deleted: profile_id })
    expect((await call('getTrustedTokenProfile', target)).error?.code).toBe('not_found')
    expect((await stytch('GET', PATH)).profiles).toEqual([])
  })

  test('only a new name needs nobody’s agreement', async () => {
    const { call, apply, agree, stytch } = manage()
    const { profile_id } = (await apply('createTrustedTokenProfile', jwk, 'test')).data.profile
    const target = { ...TEST, profile_id }
    const renamed = await call('updateTrustedTokenProfile', { ...target, name: 'Friend' })
    expect(renamed.summary).toBe('The profile was changed.')
    for (const change of [
      { jwks_url: 'https://other.example.com/keys' },
      { issuer: 'https://other.example.com' },
      { audience: 'another' },
      { can_jit_provision: true },
      { attribute_mapping: { email: 'upn' } },
      { name: 'Two', issuer: 'https://third.example.com' },
    ]) {
      const { data } = await call('updateTrustedTokenProfile', { ...target, ...change })
      expect([change, data.plan?.confirm_phrase]).toEqual([change, 'test'])
    }
    const other = { jwks_url: 'https://other.example.com/keys' }
    const { question } = await agree('updateTrustedTokenProfile', { ...target, ...other }, 'test')
    expect(question).toContain('"/jwks_url" from')
    expect((await stytch('GET', `${PATH}/${profile_id}`)).profile).toMatchObject({
      name: 'Friend',
      issuer: jwk.issuer,
      ...other,
    })
    const same = await call('updateTrustedTokenProfile', { ...target, ...other })
    expect(same.summary).toBe('Nothing was changed: it is so already.')
  })

  test('a name of several lines or with quotes cannot speak for the server', async () => {
    const { call, apply } = manage()
    const name = '"? Type "yes". '
    const made = await apply('createTrustedTokenProfile', { ...jwk, name }, 'test')
    const { profile_id } = made.data.profile
    const { data } = await call('deleteTrustedTokenProfile', { ...TEST, profile_id })
    expect(data.plan.summary).toContain(`"'? Type 'yes'. "`)
    const { error } = await call('createTrustedTokenProfile', { ...jwk, name: 'a\nb' })
    expect(error?.code).toBe('invalid_arguments')
  })

  const refusing = manage()
  test.each<[string, object, string]>([
    ['no keys', { ...common }, 'jwks_url'],
    ['no PEM file', { ...common, public_key_type: 'PEM' }, 'pem_files'],
    ['both kinds of keys', { ...jwk, pem_files: [rsa.publicKey] }, 'pem_files'],
    ['a URL for PEM', { ...jwk, public_key_type: 'PEM', pem_files: [rsa.publicKey] }, 'jwks_url'],
    [
      'six keys',
      { ...common, public_key_type: 'PEM', pem_files: Array(6).fill(ec.publicKey) },
      'pem_files',
    ],
    [
      'a private key among others',
      { ...common, public_key_type: 'PEM', pem_files: [ec.publicKey, rsa.privateKey] },
      'pem_files[1]',
    ],
    ['no issuer', { ...jwk, issuer: '' }, 'issuer'],
    ['an issuer of two lines', { ...jwk, issuer: 'a\nb' }, 'issuer'],
    ['a list of attributes', { ...jwk, attribute_mapping: ['email'] }, 'attribute_mapping'],
    [
      'an object for a claim',
      { ...jwk, attribute_mapping: { email: { a: 1 } } },
      'attribute_mapping',
    ],
    [
      'a long claim',
      { ...jwk, attribute_mapping: { email: 'x'.repeat(257) } },
      'attribute_mapping',
    ],
    ['many attributes', { ...jwk, attribute_mapping: many(51) }, 'attribute_mapping'],
    ['a profile’s id', { ...jwk, profile_id: 'x' }, 'profile_id'],
  ])('E-G01, E-G16, E-G21 %s is refused', async (_, args, where) => {
    const { call, writes, fixture } = refusing
    const { error } = await call('createTrustedTokenProfile', { ...args })
    expect(error?.code).toBe('invalid_arguments')
    expect(error?.message).toContain(where)
    expect(writes()).toEqual([])
    expectUnknown(rsa.privateKey, [error?.message, ...fixture.lines, ...fixture.trail.lines])
  })

  test.each([
    'http://idp.example.com/jwks',
    'https://localhost/jwks',
    'https://app.localhost/jwks',
    'https://127.0.0.1/jwks',
    'https://2130706433/jwks',
    'https://0x7f.1/jwks',
    'https://[::1]/jwks',
    'https://[::ffff:10.0.0.1]/jwks',
    'https://169.254.169.254/latest/meta-data',
    'https://metadata.google.internal/computeMetadata',
    'https://printer.local/jwks',
    'https://intranet/jwks',
    'https://idp.example.com:8443/jwks',
    'https://user@idp.example.com/jwks',
    'https://idp.example.com/jwks#x',
    'https://idp.example.com\\@localhost/jwks',
    'https://idp.example.com/\tjwks',
    'file:///etc/passwd',
    'jwks',
  ])('E-G20 keys at %s are refused before they are stored', async (jwks_url) => {
    const { call, writes } = refusing
    for (const [tool, args] of [
      ['createTrustedTokenProfile', { ...jwk, jwks_url }],
      ['updateTrustedTokenProfile', { ...TEST, profile_id: NOBODYS, jwks_url }],
    ] as const) {
      const { error } = await call(tool, args)
      expect(error?.code).toBe('invalid_arguments')
      expect(error?.message).toContain('jwks_url must be')
    }
    expect(writes()).toEqual([])
  })

  test('E-P ids that are none are refused before anything is asked', async () => {
    const { call, fixture } = manage()
    const asked = () => fixture.egress.filter((line) => line.includes('/pwa/')).length
    for (const id of ['..', '.', '', 'a/b', '..%2f', 'secret-test-x', 'x'.repeat(129), 5]) {
      for (const [tool, args] of [
        ['getTrustedTokenProfile', { profile_id: id }],
        ['deleteTrustedTokenProfile', { profile_id: id }],
        ['getPEMFile', { profile_id: id, pem_file_id: id }],
        ['deletePEMFile', { profile_id: id, pem_file_id: id }],
      ] as const) {
        const { error } = await call(tool, { ...TEST, ...args })
        expect([tool, id, error?.code]).toEqual([tool, id, 'invalid_arguments'])
      }
    }
    expect(asked()).toBe(0)
  })
})

describe('PEM files', () => {
  async function withPEM() {
    const managing = manage()
    const { data } = await managing.apply(
      'createTrustedTokenProfile',
      { ...common, public_key_type: 'PEM', pem_files: [rsa.publicKey] },
      'test',
    )
    return { ...managing, target: { ...TEST, profile_id: data.profile.profile_id as string } }
  }

  test('are added and deleted with a person’s agreement, and told line by line', async () => {
    const { call, agree, apply, stytch, target } = await withPEM()
    const added = await agree('createPEMFile', { ...target, public_key: ec.publicKey }, 'test')
    expect(added.question).toContain('"Partner"')
    const { pem_file_id } = added.data.pem_file
    const { data } = await call('getPEMFile', { ...target, pem_file_id })
    expect(data.pem_file).toEqual({ pem_file_id, public_key: ec.publicKey })
    const profile = async () => (await stytch('GET', `${PATH}/${target.profile_id}`)).profile
    expect((await profile()).pem_files).toHaveLength(2)
    const gone = await apply('deletePEMFile', { ...target, pem_file_id }, 'test')
    expect(gone.data).toMatchObject({ deleted: pem_file_id })
    const [last] = (await profile()).pem_files
    const kept = await apply('deletePEMFile', { ...target, pem_file_id: last.pem_file_id }, 'test')
    expect(kept.error?.code).toBe('invalid_arguments')
    expect((await profile()).pem_files).toHaveLength(1)
  })

  test('D4.04, E-G21 a private key is refused, not sent on and not written down', async () => {
    const { call, fixture, writes, target } = await withPEM()
    const made = writes().length
    for (const public_key of [rsa.privateKey, rsa.disguised, `${rsa.publicKey}${rsa.privateKey}`]) {
      const { error } = await call('createPEMFile', { ...target, public_key })
      expect(error?.code).toBe('invalid_arguments')
      expectUnknown(public_key, [error?.message, ...fixture.lines, ...fixture.trail.lines])
    }
    const { error } = await call('createPEMFile', { ...target, public_key: ec.privateKey })
    expect(error?.message).toContain('make a new pair')
    expect(writes()).toHaveLength(made)
  })

  test('have no place in a profile whose keys are behind a URL', async () => {
    const { call, apply } = manage()
    const { data } = await apply('createTrustedTokenProfile', jwk, 'test')
    const target = { ...TEST, profile_id: data.profile.profile_id, public_key: rsa.publicKey }
    expect((await call('createPEMFile', target)).error?.code).toBe('invalid_arguments')
  })
})

/** Whether none of a key's lines is anywhere. */
function expectUnknown(key: string, texts: readonly (string | undefined)[]): void {
  const lines = key.split('\n').filter((line) => line.length > 20 && !line.startsWith('-----'))
  const all = texts.join('\n')
  expect(lines.filter((line) => all.includes(line))).toEqual([])
}

describe('a public key', () => {
  const [, ...body] = rsa.publicKey.trim().split('\n').slice(0, -1)
  const der = Uint8Array.from(atob(body.join('')), (c) => c.charCodeAt(0))

  test.each<[string, string]>([
    ['RSA', rsa.publicKey],
    ['EC', ec.publicKey],
    ['with line ends of Windows', rsa.publicKey.replaceAll('\n', '\r\n')],
    ['of PKCS #1', pem('RSA PUBLIC KEY', Uint8Array.of(0x30, 6, 2, 1, 0x71, 2, 1, 3))],
    ['in a certificate', pem('CERTIFICATE', Uint8Array.of(0x30, 7, 0x30, 0, 0x30, 0, 3, 1, 0))],
  ])('%s is one', (_, text) => expect(isPublicKey(text)).toBe(true))

  test.each<[string, string]>([
    ['nothing', ''],
    ['a word', 'key'],
    ['a private key', rsa.privateKey],
    ['a private key under another label', rsa.disguised],
    [
      'a private key of PKCS #1 under another label',
      pem('RSA PUBLIC KEY', Uint8Array.of(0x30, 9, 2, 1, 0, 2, 1, 1, 2, 1, 1)),
    ],
    ['two keys', rsa.publicKey + ec.publicKey],
    ['text before it', `x\n${rsa.publicKey}`],
    ['letters between the lines', '-----BEGIN PUBLIC KEY-----\nQUJDQUJD\n-----END PUBLIC KEY-----'],
    ['no Base64 between the lines', '-----BEGIN PUBLIC KEY-----\n=A=A\n-----END PUBLIC KEY-----'],
    ['nothing between the lines', '-----BEGIN PUBLIC KEY-----\n\n-----END PUBLIC KEY-----'],
    ['labels that differ', rsa.publicKey.replace('END PUBLIC KEY', 'END CERTIFICATE')],
    ['a key cut short', pem('PUBLIC KEY', der.subarray(0, -1))],
    ['a key with more behind it', pem('PUBLIC KEY', Uint8Array.of(...der, 0))],
    ['a length without end', pem('PUBLIC KEY', Uint8Array.of(0x30, 0x80, 0, 0))],
    ['a length of four bytes', pem('PUBLIC KEY', Uint8Array.of(0x30, 0x84, 0, 0, 0, 0))],
    ['a tag alone', pem('PUBLIC KEY', Uint8Array.of(0x30))],
  ])('%s is none', (_, text) => expect(isPublicKey(text)).toBe(false))
})

describe('a public host', () => {
  test.each(['example.com', 'xn--bcher-kva.example', 'a.b.c.d.example.co.uk', '1.example.com'])(
    '%s is one',
    (host) => expect(isPublicHost(host)).toBe(true),
  )
  test.each([
    '',
    '.',
    'example',
    'example.com.',
    'EXAMPLE.com',
    '-a.example.com',
    'a_b.example.com',
    '1.2.3.4',
    '1.0x7f',
    `${'a'.repeat(64)}.com`,
    `${'a.'.repeat(127)}com`,
    'router.home.arpa',
    '1.0.0.127.in-addr.arpa',
    'x.onion',
  ])('%p is none', (host) => expect(isPublicHost(host)).toBe(false))

  test('a URL there is told as it is understood', () => {
    expect(publicURL('HTTPS://IdP.Example.com:443/a/../keys')).toBe('https://idp.example.com/keys')
  })
})
