// What takes a while to make and is asked for again: kept in memory as long as there is room.

/** Bytes by content and wish, the last used ones; what is being made is made once. */
export class KeptBytes {
  readonly #room: number
  readonly #kept = new Map<string, Uint8Array>()
  readonly #making = new Map<string, Promise<Uint8Array>>()
  #bytes = 0

  /** @param room how many bytes are kept */
  constructor(room: number) {
    this.#room = room
  }

  /** @param key of its content and of what is wished @param make the bytes, if they are not kept */
  async get(key: string, make: () => Promise<Uint8Array>): Promise<Uint8Array> {
    const known = this.#kept.get(key)
    if (known) {
      this.#kept.delete(key)
      this.#kept.set(key, known)
      return known
    }
    const begun = this.#making.get(key) ?? this.#make(key, make)
    return begun
  }

  #make(key: string, make: () => Promise<Uint8Array>): Promise<Uint8Array> {
    const begun = make()
      .then((bytes) => this.#keep(key, bytes))
      .finally(() => this.#making.delete(key))
    this.#making.set(key, begun)
    return begun
  }

  #keep(key: string, bytes: Uint8Array): Uint8Array {
    this.#kept.set(key, bytes)
    this.#bytes += bytes.length
    for (const [oldest, { length }] of this.#kept) {
      if (this.#bytes <= this.#room) break
      this.#kept.delete(oldest)
      this.#bytes -= length
    }
    return bytes
  }
}
