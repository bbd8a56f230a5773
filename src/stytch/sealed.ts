/** A value that is not shown by accident: in a log line, a JSON body, a template or a debugger's dump. */

/** Holds a secret until somebody asks for it by name. */
export class Sealed {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
    Object.freeze(this)
  }

  /** @returns the secret. Whoever calls this answers for where it goes. */
  reveal(): string {
    return this.#value
  }

  toString(): string {
    return '[secret]'
  }

  toJSON(): string {
    return '[secret]'
  }

  /** What `console.log` of Node, Deno and Bun shows. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[secret]'
  }
}
