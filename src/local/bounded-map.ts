/** A map that forgets its oldest entry when full, so a long-running Local Stytch stays small. */
export class BoundedMap<K, V> extends Map<K, V> {
  readonly #capacity: number

  /** @param capacity greatest number of entries kept */
  constructor(capacity: number) {
    super()
    this.#capacity = capacity
  }

  override set(key: K, value: V): this {
    if (!this.has(key) && this.size >= this.#capacity) {
      const oldest = this.keys().next()
      if (!oldest.done) this.delete(oldest.value)
    }
    return super.set(key, value)
  }
}
