/**
 * What a person sees when something fails: a sentence and a way out, never a spinner without end, a blank
 * page or a redirect. Checklist C27, E-C28 and browser-sdk §6.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { type Stage, setStage, signIn, type Visit } from './consent-stage.ts'

let stage: Stage
let visit: Visit
beforeAll(async () => {
  stage = await setStage()
}, 30_000)
afterAll(() => stage?.close())
beforeEach(async () => {
  visit = await stage.visit()
})
afterEach(() => visit.close())

const TIMEOUT = 30_000
const START = '**/sdk/v1/idp/oauth/authorize/start'
const SUBMIT = '**/sdk/v1/idp/oauth/authorize/submit'

/** The error state: its heading, its code, and that the page went nowhere. */
async function trouble(
  page: Page,
): Promise<{ title: string | null; code: string | null; text: string | null }> {
  const alert = page.getByRole('alert')
  await alert.waitFor()
  expect(new URL(page.url()).origin).toBe(stage.publicUrl)
  expect(await page.getByRole('button', { name: 'Allow' }).count()).toBe(0)
  return {
    title: await alert.getByRole('heading').textContent(),
    code: await alert.locator('code').first().textContent(),
    text: await alert.textContent(),
  }
}

/** An answer of Stytch's API as the browser would accept it from another origin. */
function stytchAnswer(status: number, body: object) {
  return {
    status,
    json: body,
    headers: {
      'access-control-allow-origin': stage.publicUrl,
      'access-control-allow-credentials': 'true',
    },
  }
}

function stytchError(status: number, error_type: string) {
  const error_message = '<img src=x onerror=alert(1)> upstream words'
  return stytchAnswer(status, { status_code: status, error_type, error_message, request_id: 'r-1' })
}

async function openSignIn(name: string) {
  const clientId = await stage.register(name, stage.callback)
  await visit.page.goto(stage.authorizeUrl(clientId, stage.callback))
  await visit.page.getByLabel('Email').waitFor()
}

describe('Stytch will not say what the app asks for', () => {
  test(
    'an unknown app',
    async () => {
      const unknown = 'connected-app-test-00000000-0000-4000-8000-000000000000'
      await visit.page.goto(stage.authorizeUrl(unknown, stage.callback))
      await signIn(visit.page)
      expect(await trouble(visit.page)).toMatchObject({
        title: 'This app isn’t known here',
        code: 'client_unknown',
      })
    },
    TIMEOUT,
  )

  test(
    'E-C04 a redirect URI the app did not register',
    async () => {
      const clientId = await stage.register('Honest app', stage.callback)
      await visit.page.goto(stage.authorizeUrl(clientId, 'https://evil.example/cb'))
      await signIn(visit.page)
      expect(await trouble(visit.page)).toMatchObject({ code: 'redirect_not_registered' })
    },
    TIMEOUT,
  )

  const answers = [
    [400, 'oauth_invalid_scope_requested', 'scope_refused'],
    [403, 'anything_else', 'request_refused'],
    [429, 'too_many_requests', 'too_many_requests'],
    [500, 'internal_server_error', 'stytch_unreachable'],
  ] as const
  for (const [status, type, code] of answers) {
    test(
      `${status} ${type}: our words, not Stytch’s, and its request id`,
      async () => {
        await visit.page.route(START, (route) => route.fulfill(stytchError(status, type)))
        await openSignIn('Refused app')
        await signIn(visit.page)
        const shown = await trouble(visit.page)
        expect(shown.code).toBe(code)
        expect(shown.text).toContain('r-1')
        expect(shown.text).not.toContain('upstream')
      },
      TIMEOUT,
    )
  }

  test(
    'the network is down; Try again works once it is back',
    async () => {
      const { page } = visit
      await page.route(START, (route) => route.abort())
      await openSignIn('Offline app')
      await signIn(page)
      expect(await trouble(page)).toMatchObject({ code: 'stytch_unreachable' })
      await page.unroute(START)
      await page.getByRole('button', { name: 'Try again' }).click()
      await page.getByRole('heading', { name: 'Allow Offline app?' }).waitFor()
    },
    TIMEOUT,
  )

  test(
    'E-C28 no answer at all within our patience',
    async () => {
      const { page } = visit
      await page.route(START, () => {})
      await openSignIn('Slow app')
      await page.clock.install()
      const asked = page.waitForRequest(START)
      await signIn(page)
      await asked
      await page.clock.fastForward(12_000)
      expect(await trouble(page)).toMatchObject({ code: 'stytch_unreachable' })
    },
    TIMEOUT,
  )

  test(
    'a session that ended meanwhile leads back to sign-in',
    async () => {
      const { page } = visit
      await page.route(START, (route) => route.fulfill(stytchError(404, 'session_not_found')), {
        times: 1,
      })
      await openSignIn('Late app')
      await signIn(page)
      await page.getByLabel('Email').waitFor()
      await signIn(page)
      await page.getByRole('heading', { name: 'Allow Late app?' }).waitFor()
    },
    TIMEOUT,
  )
})

describe('signing in gets no answer', () => {
  for (const [step, path] of [
    ['the email address', '**/sdk/v1/users/search'],
    ['the password', '**/sdk/v1/passwords/authenticate'],
  ] as const) {
    test(
      `to ${step}: the form says so, and goes on when asked again`,
      async () => {
        const { page } = visit
        await page.route(path, (route) => route.abort(), { times: 1 })
        await openSignIn('Any app')
        await page.getByLabel('Email').fill('ada@example.com')
        const notice = page.getByText('Stytch did not answer.')
        if (step === 'the email address') {
          await page.getByRole('button', { name: 'Continue' }).click()
          await notice.waitFor()
          await signIn(page)
        } else {
          await signIn(page)
          await notice.waitFor()
          await page.getByRole('button', { name: 'Continue' }).click()
        }
        await page.getByRole('heading', { name: 'Allow Any app?' }).waitFor()
      },
      TIMEOUT,
    )
  }
})

describe('the answer does not arrive', () => {
  const failures = [
    ['500', () => stytchError(500, 'internal_server_error')],
    ['an answer in no envelope', () => stytchAnswer(200, {})],
  ] as const
  for (const [name, answer] of failures) {
    for (const button of ['Allow', 'Deny']) {
      test(
        `${button}: ${name}`,
        async () => {
          const { page } = visit
          await page.route(SUBMIT, (route) => route.fulfill(answer()))
          await openSignIn('Unlucky app')
          await signIn(page)
          await page.getByRole('button', { name: button }).click()
          expect(await trouble(page)).toMatchObject({ code: 'answer_lost' })
        },
        TIMEOUT,
      )
    }
  }

  test(
    'Try again asks anew, and then it works',
    async () => {
      const { page } = visit
      await page.route(SUBMIT, (route) => route.abort(), { times: 1 })
      await openSignIn('Second chance')
      await signIn(page)
      await page.getByRole('button', { name: 'Allow' }).click()
      expect(await trouble(page)).toMatchObject({ code: 'answer_lost' })
      await page.getByRole('button', { name: 'Try again' }).click()
      await page.getByRole('button', { name: 'Allow' }).click()
      await page.waitForURL(`${stage.callback}?code=**`)
    },
    TIMEOUT,
  )

  test(
    'an answer that comes after our patience moves nothing',
    async () => {
      const { page } = visit
      let answerLate: () => Promise<void> = async () => {}
      await page.route(SUBMIT, (route) => {
        answerLate = () => route.continue()
      })
      await openSignIn('Too late')
      await signIn(page)
      await page.getByRole('button', { name: 'Allow' }).click({ trial: true })
      await page.clock.install()
      const submitted = page.waitForRequest(SUBMIT)
      await page.getByRole('button', { name: 'Allow' }).click()
      await submitted
      await page.clock.fastForward(20_000)
      expect(await trouble(page)).toMatchObject({ code: 'answer_lost' })
      const answered = page.waitForResponse(SUBMIT)
      await answerLate()
      await (await answered).finished()
      expect(await trouble(page)).toMatchObject({ code: 'answer_lost' })
    },
    TIMEOUT,
  )

  const elsewhere = [
    'https://evil.example/cb?code=x',
    'javascript:document.title="pwned"',
    'http://127.0.0.1:1/callback?code=x',
    'not a url',
  ]
  for (const redirect_uri of elsewhere) {
    test(
      `it would go to ${redirect_uri}: stopped`,
      async () => {
        const { page } = visit
        const body = { data: { redirect_uri, authorization_code: 'x' } }
        await page.route(SUBMIT, (route) => route.fulfill(stytchAnswer(200, body)))
        await openSignIn('Hijacked app')
        await signIn(page)
        await page.getByRole('button', { name: 'Allow' }).click()
        expect(await trouble(page)).toMatchObject({ code: 'unexpected_destination' })
        expect(await page.title()).not.toBe('pwned')
        expect(visit.offences).toEqual([])
      },
      TIMEOUT,
    )
  }
})

describe('the page cannot start', () => {
  for (const path of ['/login', '/oauth/authorize']) {
    test(
      `E-C28 ${path}: Stytch is unreachable`,
      async () => {
        const { page } = visit
        await page.route('**/sdk/v1/**', (route) => route.abort())
        const clientId = await stage.register('Any app', stage.callback)
        const address = stage.authorizeUrl(clientId, stage.callback)
        await page.goto(path === '/login' ? `${stage.publicUrl}/login` : address)
        expect(await trouble(page)).toMatchObject({ code: 'stytch_unreachable' })
        await page.unroute('**/sdk/v1/**')
        await page.getByRole('button', { name: 'Try again' }).click()
        await page.getByLabel('Email').waitFor()
      },
      TIMEOUT,
    )
  }

  test(
    'a remembered session that cannot be checked is not waited for without end',
    async () => {
      const { page } = visit
      await page.goto(`${stage.publicUrl}/login`)
      await signIn(page)
      await page.getByRole('heading', { name: 'You’re signed in' }).waitFor()
      const check = '**/sdk/v1/sessions/authenticate'
      await page.route(check, (route) => route.fulfill(stytchError(500, 'internal_server_error')))
      await page.clock.install()
      const checked = page.waitForResponse(check)
      await page.reload()
      await checked
      expect(await page.getByText('ada@example.com').count()).toBe(0)
      await page.clock.fastForward(12_000)
      expect(await trouble(page)).toMatchObject({ code: 'stytch_unreachable' })
    },
    TIMEOUT,
  )

  test(
    'site data is blocked',
    async () => {
      const { page } = visit
      await page.addInitScript(() => {
        for (const name of ['localStorage', 'sessionStorage']) {
          Object.defineProperty(window, name, {
            get() {
              throw new DOMException('Access is denied', 'SecurityError')
            },
          })
        }
      })
      await page.goto(`${stage.publicUrl}/login`)
      expect(await trouble(page)).toMatchObject({ code: 'storage_blocked' })
    },
    TIMEOUT,
  )

  test(
    'a component throws while it renders',
    async () => {
      const { page } = visit
      await page.addInitScript(() => {
        CSSStyleSheet.prototype.replaceSync = () => {
          throw new Error('broken')
        }
      })
      await page.goto(`${stage.publicUrl}/login`)
      expect(await trouble(page)).toMatchObject({ code: 'page_failed' })
    },
    TIMEOUT,
  )

  test(
    'JavaScript is off',
    async () => {
      const silent = await stage.visit({ javaScriptEnabled: false })
      await silent.page.goto(`${stage.publicUrl}/login`)
      await silent.page.getByRole('heading', { name: 'JavaScript is off' }).waitFor()
      expect(await silent.page.locator('.spinner').isVisible()).toBe(false)
      await silent.close()
    },
    TIMEOUT,
  )

  test(
    'C31 the script is not the one we built: it does not run, and the page says so after a while',
    async () => {
      const { page } = visit
      await page.route('**/assets/*.js', (route) =>
        route.fulfill({ contentType: 'text/javascript', body: 'document.title = "pwned"' }),
      )
      await page.goto(`${stage.publicUrl}/login`)
      const animations = await page.evaluate(() => {
        const running = document.getAnimations()
        for (const animation of running) {
          if (animation.effect?.getTiming().iterations !== Number.POSITIVE_INFINITY) {
            animation.finish()
          }
        }
        return running.length
      })
      expect(animations).toBeGreaterThan(0)
      await page.getByText('This page could not start. Nothing was approved.').waitFor()
      expect(await page.title()).not.toBe('pwned')
    },
    TIMEOUT,
  )
})

describe('the page cannot be misused', () => {
  test(
    'E-C17 it is not shown in a frame, and a page that opened it cannot reach it',
    async () => {
      const { page } = visit
      await page.goto(stage.callback)
      await page.evaluate((url) => {
        const frame = document.createElement('iframe')
        frame.src = url
        document.body.append(frame)
        return new Promise((resolve) => frame.addEventListener('load', resolve))
      }, `${stage.publicUrl}/login`)
      expect(page.frames()[1]?.url()).toStartWith('chrome-error:')

      const popup = page.waitForEvent('popup')
      await page.evaluate((url) => void window.open(url), `${stage.publicUrl}/login`)
      const opened = await popup
      await opened.getByLabel('Email').waitFor()
      expect(await opened.evaluate(() => window.opener)).toBeNull()
    },
    TIMEOUT,
  )

  test(
    'C02 a script that got into the page is not run',
    async () => {
      const { page } = visit
      await page.goto(`${stage.publicUrl}/login`)
      await page.getByLabel('Email').waitFor()
      await page.evaluate(() => {
        const script = document.createElement('script')
        document.body.append(script)
        try {
          script.textContent = 'document.title = "pwned"'
        } catch {}
      })
      expect(await page.title()).not.toBe('pwned')
      expect(visit.offences.some((offence) => offence.startsWith('CSP:'))).toBe(true)
    },
    TIMEOUT,
  )
})
