// What a database has published: every file that others can see, less what differs from run to run.
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { isJsonObject, type Json } from '../../src/base/types.ts'

/** All files of a database by path; of the records of steps, `made` (when, where, how long) is left out. */
export function published(root: string): Record<string, string> {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true })
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => path !== 'lock' && !path.split('/').includes('.romi'))
  return Object.fromEntries(paths.sort().map((path) => [path, contentOf(join(root, path))]))
}

function contentOf(path: string): string {
  const text = readFileSync(path, 'latin1')
  if (!path.endsWith('.json') || !path.includes('/metadata/')) return text
  // Safe: whatever JSON.parse returns is JSON.
  const json = JSON.parse(text) as Json
  if (!isJsonObject(json) || !isJsonObject(json.romi)) return text
  const { made: _made, ...record } = json.romi
  return JSON.stringify({ ...json, romi: record })
}

/** The paths at which two databases differ in what they have published. */
export function differences(
  a: Readonly<Record<string, string>>,
  b: Readonly<Record<string, string>>,
): string[] {
  const paths = new Set([...Object.keys(a), ...Object.keys(b)])
  return [...paths].filter((path) => a[path] !== b[path]).sort()
}
