import { describe, expect, test } from 'bun:test'
import type { Json } from './walkthrough.ts'
import { OWN, refused, workspace } from './workspace.ts'

const PATH = `${OWN}/trusted_token_profiles`

const pem = (content: string, label = 'PUBLIC KEY') =>
  `-----BEGIN ${label}-----\n${content}\n-----END ${label}-----`

const jwk = {
  name: 'Identity',
  audience: 'example',
  issuer: 'https://id.example.com',
  public_key_type: 'JWK',
  jwks_url: 'https://id.example.com/.well-known/jwks.json',
  attribute_mapping: { email: 'email', token_id: 'jti' },
  can_jit_provision: true,
}
const files = [pem('MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A'), pem('MCowBQYDK2VwAyEA\nAAAA+/==')]
const withPem = {
  name: 'Legacy',
  audience: 'example',
  issuer: 'legacy',
  public_key_type: 'PEM',
  pem_files: files,
}

const PROFILE_ID = /^trusted-token-profile-test-[0-9a-f-]{36}$/
const PEM_FILE_ID = /^pem-file-test-[0-9a-f-]{36}$/

/** A Local Stytch and two profiles in it, one of each kind. */
async function profiles() {
  const all = workspace()
  const create = async (body: Json) => (await all.manage('POST', PATH, body)).json.profile
  return { ...all, jwks: await create(jwk), pems: await create(withPem) }
}

describe('trusted token profiles', () => {
  test('are none to begin with', async () => {
    const { manage } = workspace()
    expect((await manage('GET', PATH)).json.profiles).toEqual([])
  })

  test('are created, listed in order, and shown one by one', async () => {
    const { manage, jwks, pems } = await profiles()
    expect(jwks).toEqual({ profile_id: expect.stringMatching(PROFILE_ID), ...jwk, pem_files: [] })
    expect(pems).toEqual({
      profile_id: expect.stringMatching(PROFILE_ID),
      ...withPem,
      can_jit_provision: false,
      pem_files: files.map((public_key) => ({
        pem_file_id: expect.stringMatching(PEM_FILE_ID),
        public_key,
      })),
    })
    expect((await manage('GET', PATH)).json.profiles).toEqual([jwks, pems])
    for (const profile of [jwks, pems]) {
      const { json } = await manage('GET', `${PATH}/${profile.profile_id}`)
      expect(json.profile).toEqual(profile)
    }
  })

  test('of a live environment have ids that say so', async () => {
    const { manage } = workspace()
    const { json } = await manage('POST', PATH.replace('/test/', '/production/'), withPem)
    expect(json.profile.profile_id).toStartWith('trusted-token-profile-live-')
    expect(json.profile.pem_files[0].pem_file_id).toStartWith('pem-file-live-')
    expect((await manage('GET', PATH)).json.profiles).toEqual([])
  })

  test('are changed member by member', async () => {
    const { manage, jwks } = await profiles()
    const one = `${PATH}/${jwks.profile_id}`
    const changes: Json[] = [
      { name: 'Renamed', issuer: null },
      { audience: 'another', can_jit_provision: false },
      { issuer: 'https://id2.example.com', jwks_url: 'https://id2.example.com/keys' },
      { attribute_mapping: { email: 'mail' } },
      { public_key_type: 'PEM', profile_id: 'x', surprise: 1 },
    ]
    let wanted = jwks
    for (const change of changes) {
      const { json, status } = await manage('PATCH', one, change)
      const { public_key_type: _, profile_id: __, surprise: ___, ...heard } = change
      wanted = { ...wanted, ...heard, ...(change.issuer === null && { issuer: wanted.issuer }) }
      expect({ status, profile: json.profile }).toEqual({ status: 200, profile: wanted })
      expect((await manage('GET', one)).json.profile).toEqual(wanted)
    }
  })

  test('are deleted, with their PEM files', async () => {
    const { manage, jwks, pems } = await profiles()
    const [file] = pems.pem_files
    expect((await manage('DELETE', `${PATH}/${pems.profile_id}`)).status).toBe(200)
    expect((await manage('GET', PATH)).json.profiles).toEqual([jwks])
    expect(
      await manage('GET', `${PATH}/${pems.profile_id}/keys/${file.pem_file_id}`),
    ).toMatchObject(refused(404, 'trusted_token_profile_not_found'))
  })

  test('that do not exist are found by nobody', async () => {
    const { manage } = workspace()
    const one = `${PATH}/trusted-token-profile-test-00000000-0000-0000-0000-000000000000`
    for (const [method, path, body] of [
      ['GET', one],
      ['PATCH', one, { name: 'x' }],
      ['DELETE', one],
      ['POST', `${one}/keys`, { public_key: files[0] }],
      ['GET', `${one}/keys/x`],
      ['DELETE', `${one}/keys/x`],
    ] as const) {
      expect(await manage(method, path, body)).toMatchObject(
        refused(404, 'trusted_token_profile_not_found'),
      )
    }
  })

  const INVALID = 'trusted_token_profile_invalid_request'
  const NO_JWKS = 'must_have_jwks_url_for_trusted_token_profile_with_type_jwk'
  const NO_PEM = 'must_have_pem_files_for_trusted_token_profile_with_type_pem'
  const NOT_PEM = 'cannot_add_pem_file_to_non_pem_trusted_token_profile'
  const wrong: [string, Json, string][] = [
    ['no name', { ...jwk, name: undefined }, INVALID],
    ['no audience', { ...jwk, audience: '' }, INVALID],
    ['no issuer', { ...withPem, issuer: null }, INVALID],
    ['no type', { ...jwk, public_key_type: undefined }, 'bad_request'],
    ['another type', { ...jwk, public_key_type: 'X509' }, 'bad_request'],
    ['JWK and no URL', { ...jwk, jwks_url: undefined }, NO_JWKS],
    ['JWK and an empty URL', { ...jwk, jwks_url: '' }, NO_JWKS],
    ['JWK and an http URL', { ...jwk, jwks_url: 'http://id.example.com' }, 'invalid_jwks_url'],
    ['JWK and a word', { ...jwk, jwks_url: 'keys' }, 'invalid_jwks_url'],
    ['JWK and a password', { ...jwk, jwks_url: 'https://a:b@id.example.com' }, 'invalid_jwks_url'],
    ['JWK and PEM files', { ...jwk, pem_files: files }, NOT_PEM],
    ['PEM and no files', { ...withPem, pem_files: [] }, NO_PEM],
    ['PEM and null', { ...withPem, pem_files: null }, NO_PEM],
    ['PEM and a URL', { ...withPem, jwks_url: jwk.jwks_url }, INVALID],
    [
      'PEM and six files',
      { ...withPem, pem_files: Array.from({ length: 6 }, () => files[0]) },
      'too_many_pem_files_for_trusted_token_profile',
    ],
    ['a private key', { ...withPem, pem_files: [pem('MIIE', 'PRIVATE KEY')] }, INVALID],
    ['a key without armour', { ...withPem, pem_files: ['MIIBIjAN'] }, INVALID],
    ['an empty key', { ...withPem, pem_files: [''] }, INVALID],
    ['a mapping to numbers', { ...jwk, attribute_mapping: { email: 1 } }, 'bad_request'],
    ['a mapping in a list', { ...jwk, attribute_mapping: ['email'] }, 'bad_request'],
  ]
  for (const [what, body, type] of wrong) {
    test(`with ${what} are refused`, async () => {
      const { manage } = workspace()
      expect(await manage('POST', PATH, body)).toMatchObject(refused(400, type))
      expect((await manage('GET', PATH)).json.profiles).toEqual([])
    })
  }

  test('cannot be changed into what could not be created', async () => {
    const { manage, jwks, pems } = await profiles()
    const attempts: [Json, Json, string][] = [
      [jwks, { name: '' }, INVALID],
      [jwks, { jwks_url: '' }, NO_JWKS],
      [jwks, { jwks_url: 'http://id.example.com' }, 'invalid_jwks_url'],
      [jwks, { can_jit_provision: 'yes' }, 'bad_request'],
      [pems, { jwks_url: jwk.jwks_url }, INVALID],
    ]
    for (const [profile, change, type] of attempts) {
      expect(await manage('PATCH', `${PATH}/${profile.profile_id}`, change)).toMatchObject(
        refused(400, type),
      )
    }
    expect((await manage('GET', PATH)).json.profiles).toEqual([jwks, pems])
  })

  test('are a hundred at most', async () => {
    const { manage } = workspace()
    for (let n = 0; n < 100; n++) {
      const { status } = await manage('POST', PATH, jwk)
      expect({ n, status }).toEqual({ n, status: 200 })
    }
    expect(await manage('POST', PATH, jwk)).toMatchObject(
      refused(400, 'too_many_trusted_token_profiles_for_project'),
    )
  })
})

describe('PEM files of a profile', () => {
  test('are added, shown and deleted', async () => {
    const { manage, pems } = await profiles()
    const keys = `${PATH}/${pems.profile_id}/keys`
    const public_key = `${pem('MIIBCg', 'RSA PUBLIC KEY')}\n`
    const added = await manage('POST', keys, { public_key })
    expect(added.status).toBe(200)
    const { pem_file_id: id, ...rest } = added.json.pem_file
    expect(id).toMatch(PEM_FILE_ID)
    expect(rest).toEqual({ public_key })
    expect((await manage('GET', `${keys}/${id}`)).json.pem_file).toEqual(added.json.pem_file)
    const shown = async () => (await manage('GET', `${PATH}/${pems.profile_id}`)).json.profile
    expect((await shown()).pem_files).toEqual([...pems.pem_files, added.json.pem_file])
    expect((await manage('DELETE', `${keys}/${id}`)).status).toBe(200)
    expect((await shown()).pem_files).toEqual(pems.pem_files)
  })

  test('are never none', async () => {
    const { manage, pems } = await profiles()
    const [first, last] = pems.pem_files.map(
      ({ pem_file_id }: Json) => `${PATH}/${pems.profile_id}/keys/${pem_file_id}`,
    )
    expect((await manage('DELETE', first)).status).toBe(200)
    expect(await manage('DELETE', last)).toMatchObject(
      refused(400, 'must_have_pem_files_for_trusted_token_profile_with_type_pem'),
    )
    expect((await manage('GET', last)).status).toBe(200)
  })

  test('are five at most', async () => {
    const { manage, pems } = await profiles()
    const keys = `${PATH}/${pems.profile_id}/keys`
    const statuses = []
    for (let n = pems.pem_files.length; n < 5; n++) {
      statuses.push((await manage('POST', keys, { public_key: files[0] })).status)
    }
    expect(statuses).toEqual([200, 200, 200])
    expect(await manage('POST', keys, { public_key: files[0] })).toMatchObject(
      refused(400, 'too_many_pem_files_for_trusted_token_profile'),
    )
  })

  test('are public keys, and belong to PEM profiles', async () => {
    const { manage, jwks, pems } = await profiles()
    for (const body of [{ public_key: pem('MIIE', 'RSA PRIVATE KEY') }, { public_key: 'x' }, {}]) {
      expect(await manage('POST', `${PATH}/${pems.profile_id}/keys`, body)).toMatchObject(
        refused(400, 'trusted_token_profile_invalid_request'),
      )
    }
    const body = { public_key: files[0] }
    expect(await manage('POST', `${PATH}/${jwks.profile_id}/keys`, body)).toMatchObject(
      refused(400, 'cannot_add_pem_file_to_non_pem_trusted_token_profile'),
    )
    expect((await manage('GET', PATH)).json.profiles).toEqual([jwks, pems])
  })

  test('are the profile’s own', async () => {
    const { manage, jwks, pems } = await profiles()
    const [file] = pems.pem_files
    for (const path of [
      `${PATH}/${pems.profile_id}/keys/nothing`,
      `${PATH}/${jwks.profile_id}/keys/${file.pem_file_id}`,
    ]) {
      for (const method of ['GET', 'DELETE'] as const) {
        expect(await manage(method, path)).toMatchObject(refused(404, 'pem_file_not_found'))
      }
    }
  })
})
