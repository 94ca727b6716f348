// Removes what little there is at a path; what there is more of is left to Node's own way.
import { readdirSync, rmdirSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { systemCode } from './errors.ts'

/** A folder of more entries, or of folders more deeply within each other, is removed elsewhere. */
const few = 16
const deep = 2

/**
 * Removes a file, or a folder of few entries: Node's `rm` takes ten times as long for them.
 *
 * @returns whether nothing is there any more; if not, some of it may be gone
 */
export function removeFew(path: string, depth = 0): boolean {
  const is = unlinked(path)
  if (is !== 'folder') return is === 'gone'
  try {
    const names = depth > deep ? undefined : readdirSync(path)
    if (!names || names.length > few) return false
    if (!names.every((name) => removeFew(join(path, name), depth + 1))) return false
    rmdirSync(path)
    return true
  } catch (error) {
    if (systemCode(error) === undefined) throw error
    return false
  }
}

function unlinked(path: string): 'gone' | 'folder' | 'there' {
  try {
    unlinkSync(path)
    return 'gone'
  } catch (error) {
    const code = systemCode(error)
    if (code === undefined) throw error
    if (code === 'ENOENT') return 'gone'
    // Linux says the former of a folder, other systems the latter, though not of folders alone.
    return code === 'EISDIR' || code === 'EPERM' ? 'folder' : 'there'
  }
}
