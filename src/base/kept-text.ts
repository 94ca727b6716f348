// Texts kept in a folder of caches: found whole, or not at all.
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { threadId } from 'node:worker_threads'
import { markUsed, trimCache } from './cache-limit.ts'
import { sha256 } from './digest.ts'

/** What was kept under a name; `undefined` if nothing was, or not the whole of it. */
export function keptText(folder: string, name: string): string | undefined {
  try {
    const path = join(folder, name)
    const kept = readFileSync(path, 'utf8')
    const text = kept.slice(kept.indexOf('\n') + 1)
    if (kept !== withDigest(text)) return undefined
    markUsed(path)
    return text
  } catch {
    return undefined
  }
}

/** A power cut may leave a part of a file, as nothing here waits for the disk. */
const withDigest = (text: string): string => `// ${sha256(text)}\n${text}`

/** Keeps a text under a name, whole or not at all. */
export function keepText(folder: string, name: string, text: string): void {
  const path = join(folder, name)
  const temporary = `${path}.${process.pid}-${threadId}`
  try {
    writeFileSync(temporary, withDigest(text), { mode: 0o600 })
    renameSync(temporary, path)
    trimCache(folder)
  } catch {
    // What is not kept is made again.
  }
}
