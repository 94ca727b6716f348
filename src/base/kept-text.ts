// Texts kept in a folder of caches: found whole, or not at all.
import { randomUUID } from 'node:crypto'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { markUsed, trimCache } from './cache-limit.ts'
import { sealed, unsealed } from './sealed.ts'

/** What was kept under a name; `undefined` if nothing was, or not the whole of it. */
export function keptText(folder: string, name: string): string | undefined {
  try {
    const path = join(folder, name)
    const text = unsealed(readFileSync(path))?.toString('utf8')
    if (text !== undefined) markUsed(path)
    return text
  } catch {
    return undefined
  }
}

/** Keeps a text under a name, whole or not at all. */
export function keepText(folder: string, name: string, text: string): void {
  const path = join(folder, name)
  const temporary = `${path}.${process.pid}-${randomUUID().slice(0, 8)}`
  try {
    writeFileSync(temporary, sealed(Buffer.from(text)), { mode: 0o600 })
    renameSync(temporary, path)
    trimCache(folder)
  } catch {
    // What is not kept is made again.
  }
}
