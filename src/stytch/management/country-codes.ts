/** Countries passcodes may be sent to. ISO 3166-1 alpha-2 codes, in a list that is set as a whole. */
import { z } from 'zod'
import { list } from './answer.ts'
import { type Call, type CallOptions, inEnvironment, type Where } from './call.ts'

const codes = z.object({ country_codes: list(z.string().max(8)) })

/** Allowed countries, per environment, for SMS and for WhatsApp. */
export function countryCodes(call: Call) {
  return Object.freeze({
    async getSMS(where: Where, options?: CallOptions): Promise<readonly string[]> {
      const given = { path: inEnvironment(where), answer: codes, options }
      return (await call('countryCodes.getSMS', given)).country_codes
    },

    async setSMS(
      where: Where,
      country_codes: readonly string[],
      options?: CallOptions,
    ): Promise<readonly string[]> {
      const given = { path: inEnvironment(where), body: { country_codes }, answer: codes, options }
      return (await call('countryCodes.setSMS', given)).country_codes
    },

    async getWhatsApp(where: Where, options?: CallOptions): Promise<readonly string[]> {
      const given = { path: inEnvironment(where), answer: codes, options }
      return (await call('countryCodes.getWhatsApp', given)).country_codes
    },

    /** Consumer projects only. */
    async setWhatsApp(
      where: Where,
      country_codes: readonly string[],
      options?: CallOptions,
    ): Promise<readonly string[]> {
      const given = { path: inEnvironment(where), body: { country_codes }, answer: codes, options }
      return (await call('countryCodes.setWhatsApp', given)).country_codes
    },
  })
}
