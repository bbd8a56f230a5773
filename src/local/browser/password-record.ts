/**
 * Passwords at rest: PBKDF2-SHA-256 with a salt each. Iterations are few because this protects
 * seeds and throw-away sign-ups on a developer's machine, and every test signs in.
 */
import { base64url } from 'jose'
import { sameDigest } from '../digest.ts'

const ITERATIONS = 10_000

/** A stored password. It can be compared, never read. */
export interface PasswordRecord {
  matches(password: string): Promise<boolean>
}

/** @returns the record of a password, hashed before this resolves */
export async function hashPassword(password: string): Promise<PasswordRecord> {
  const salt = crypto.getRandomValues(new Uint8Array(16))
  const stored = await derive(password, salt)
  return { matches: async (attempt) => sameDigest(stored, await derive(attempt, salt)) }
}

/** @returns the record of a seed's well-known password, hashed when somebody first signs in */
export function hashOnFirstUse(password: string): PasswordRecord {
  let record: Promise<PasswordRecord> | undefined
  return {
    async matches(attempt) {
      record ??= hashPassword(password)
      return (await record).matches(attempt)
    },
  }
}

async function derive(password: string, salt: Uint8Array<ArrayBuffer>): Promise<string> {
  const bytes = new TextEncoder().encode(password.normalize('NFC'))
  const key = await crypto.subtle.importKey('raw', bytes, 'PBKDF2', false, ['deriveBits'])
  const parameters = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: ITERATIONS }
  const bits = await crypto.subtle.deriveBits(parameters, key, 256)
  return base64url.encode(new Uint8Array(bits))
}
