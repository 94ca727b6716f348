// Whether a database is whole: every listed file there with the very bytes that belong to it.
import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { FSDB } from '../../src/fsdb/fsdb.ts'

const sum = (text: string) => createHash('sha256').update(text).digest('hex')

/** Bytes that tell by themselves whether they are whole. */
export function signedBytes(text: string, length = 200): Uint8Array {
  const body = `${text}\n${'.'.repeat(length)}`
  return Buffer.from(`${sum(body)}${body}`)
}

function isWhole(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes).toString()
  return sum(text.slice(64)) === text.slice(0, 64)
}

/** What is listed in each scan, sorted; `wrong` names every file that is missing or torn. */
export async function contents(root: string): Promise<{
  readonly listed: Record<string, Record<string, readonly string[]>>
  readonly wrong: readonly string[]
}> {
  const wrong: string[] = []
  const listed: Record<string, Record<string, readonly string[]>> = {}
  for (const scan of await (await FSDB.open(root)).getScans()) {
    const filesets: Record<string, readonly string[]> = {}
    await scan.getMetadata()
    for (const fileset of await scan.getFilesets()) {
      await fileset.getMetadata()
      await fileset.filesMetadata()
      for (const file of await fileset.getFiles()) {
        try {
          if (!isWhole(await file.read())) wrong.push(file.path)
        } catch {
          wrong.push(file.path)
        }
      }
      filesets[fileset.id] = [...(await fileset.fileIds())].sort()
    }
    listed[scan.id] = filesets
  }
  return { listed, wrong }
}

const list = (path: string): string[] => {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}

/** What a killed writer left and the next one should have removed or finished. */
export async function leftovers(root: string): Promise<string[]> {
  const found = list(join(root, '.romi', 'tmp'))
  for (const name of list(root).filter((entry) => !entry.startsWith('.'))) {
    const own = join(root, name, '.romi')
    found.push(...list(join(own, 'tmp')), ...list(join(own, 'drafts')))
    found.push(...list(own).filter((entry) => entry === 'journal.json'))
  }
  for (const [scan, problems] of await (await FSDB.open(root)).problems())
    found.push(...problems.map((problem) => `${scan}: ${JSON.stringify(problem)}`))
  return found
}
