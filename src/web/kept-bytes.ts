// What takes a while to make and is asked for again: kept in memory as long as there is room, and in a folder.
import type { KeptFolder } from './kept-folder.ts'

/** Bytes by content and wish, the last used ones; what is being made is made once. */
export class KeptBytes {
  readonly #room: number
  readonly #kept = new Map<string, Uint8Array>()
  readonly #making = new Map<string, Promise<Uint8Array>>()
  readonly #folder: KeptFolder | undefined
  readonly #writing = new Set<Promise<void>>()
  #bytes = 0

  /**
   * @param room   how many bytes are kept in memory
   * @param folder keeps them between starts
   */
  constructor(room: number, folder?: KeptFolder) {
    this.#room = room
    this.#folder = folder
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
    const begun = this.#found(key, make)
      .then((bytes) => this.#keep(key, bytes))
      .finally(() => this.#making.delete(key))
    this.#making.set(key, begun)
    return begun
  }

  /** Whoever asks does not wait for the disk to keep it. */
  async #found(key: string, make: () => Promise<Uint8Array>): Promise<Uint8Array> {
    const known = await this.#folder?.get(key)
    if (known) return known
    const bytes = await make()
    if (this.#folder) this.#write(this.#folder.put(key, bytes))
    return bytes
  }

  #write(writing: Promise<void>): void {
    this.#writing.add(writing)
    void writing.finally(() => this.#writing.delete(writing))
  }

  /** Waits until what was made is kept. */
  async close(): Promise<void> {
    await Promise.all(this.#writing)
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
