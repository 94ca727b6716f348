// What a study has found so far, kept line by line, so that it can be interrupted.
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Results of one form, each noted in a file of bench/results when it is there. */
export class Notes<T> {
  readonly all: T[] = []
  readonly #path: string

  constructor(name: string) {
    const folder = join(import.meta.dirname, '..', '..', 'results')
    mkdirSync(folder, { recursive: true })
    this.#path = join(folder, name)
    if (!existsSync(this.#path)) return
    const lines = readFileSync(this.#path, 'utf8')
      .split('\n')
      .filter((line) => line.endsWith('}'))
    // Safe: the lines are written below; one that a kill has torn does not end so.
    for (const line of lines) this.all.push(JSON.parse(line) as T)
  }

  add(found: T): void {
    this.all.push(found)
    appendFileSync(this.#path, `${JSON.stringify(found)}\n`)
  }

  /** Takes others in the place of all. */
  replace(found: readonly T[]): void {
    this.all.splice(0, this.all.length, ...found)
    writeFileSync(this.#path, found.map((each) => `${JSON.stringify(each)}\n`).join(''))
  }
}
