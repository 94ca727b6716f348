// A new database for each test of a file about locks.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { FSDB } from '../../../src/fsdb/fsdb.ts'
import { scratchFolder } from '../../support/scratch.ts'

/** Where they lie, until the end of the file, and what makes the next one. */
export function freshDatabases(name: string) {
  const work = scratchFolder(name)
  afterAll(() => rmSync(work, { recursive: true }))
  let turn = 0
  return {
    work,
    async make(): Promise<{ readonly root: string; readonly lock: string }> {
      const root = join(work, `db${turn++}`)
      await FSDB.create(root)
      return { root, lock: join(root, 'lock') }
    },
  }
}
