/**
 * Stands between Stytch's consent component and the two calls it makes. The component waits for ever on
 * a call that fails, shows names as they come, gives consent by itself when it may, and goes to whatever
 * address it is given; here each call gets a deadline, an outcome the page can show, and a check.
 */
import type { AuthorizationRequest } from '../../src/web/authorization-request.ts'
import { START_PATIENCE, SUBMIT_PATIENCE, within } from '../patience.ts'
import { forgetPending } from '../pending-authorization.ts'
import type { Client } from '../stytch/client.ts'
import { displayName } from './display-name.ts'
import type { Step } from './progress.ts'
import { returnsTo } from './returns-to.ts'
import { isBuiltIn } from './scope-texts.ts'
import { isSessionLost, startProblem, submitProblem } from './stytch-errors.ts'

type StartAnswer = Awaited<ReturnType<Client['idp']['oauthAuthorizeStart']>>

/**
 * Replaces `oauthAuthorizeStart` and `oauthAuthorizeSubmit` of a client.
 *
 * @param report told every step; whoever listens takes the component away when it must
 */
export function guardAuthorization(
  client: Client,
  request: AuthorizationRequest,
  report: (step: Step) => void,
): void {
  const { oauthAuthorizeStart: start, oauthAuthorizeSubmit: submit } = client.idp

  client.idp.oauthAuthorizeStart = async (options) => {
    report({ type: 'ask' })
    try {
      const answer = judged(await within(START_PATIENCE, start(options)), request)
      report({ type: 'asked', asked: summary(answer) })
      return answer
    } catch (error) {
      if (isSessionLost(error)) await client.session.revoke({ forceClear: true }).catch(() => {})
      else report({ type: 'fail', problem: startProblem(error) })
      return forever()
    }
  }

  client.idp.oauthAuthorizeSubmit = async (options) => {
    try {
      const { redirect_uri: address } = await within(SUBMIT_PATIENCE, submit(options))
      if (!returnsTo(address, request.redirect.uri)) {
        report({ type: 'fail', problem: { code: 'unexpected_destination' } })
        return forever()
      }
      forgetPending()
      report({ type: 'leave' })
      // Replacing leaves nothing to come back to: no second code from the back button.
      location.replace(address)
    } catch (error) {
      report({ type: 'fail', problem: submitProblem(error) })
    }
    return forever()
  }
}

/**
 * What Stytch answered, made fit to show. A consent on record is enough only where the address can
 * belong to one app alone: any program may listen on a loopback port or claim a scheme (RFC 8252 §8.6).
 */
function judged(answer: StartAnswer, request: AuthorizationRequest): StartAnswer {
  const anyoneCanListen = request.redirect.kind !== 'https'
  return {
    ...answer,
    consent_required: answer.consent_required || anyoneCanListen || request.promptsConsent,
    client: { ...answer.client, client_name: displayName(answer.client.client_name) },
  }
}

function summary({ client, consent_required, scope_results }: StartAnswer) {
  const unavailable = scope_results.filter(({ is_grantable }) => !is_grantable)
  return {
    clientName: client.client_name,
    unavailable: unavailable.map(({ scope }) => scope).filter(isBuiltIn),
    remembered: !consent_required,
  }
}

/** For a component that is about to be replaced, and would act on any outcome. */
function forever(): Promise<never> {
  return new Promise(() => {})
}
