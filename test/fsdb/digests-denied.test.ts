// A file that the system does not let us read: permissions do not count for root, whom tests may run
// as, so what reads is replaced.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import { sha256File } from '../../src/base/digest.ts'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import { scratchFolder } from '../support/scratch.ts'

vi.mock('../../src/base/digest.ts', async (original) => {
  const digest = await original<typeof import('../../src/base/digest.ts')>()
  return { ...digest, sha256File: vi.fn(digest.sha256File) }
})

const work = scratchFolder('digests-denied')
afterAll(() => rmSync(work, { recursive: true }))

test('a file that may not be read is trouble of the store, with its path', async () => {
  const denied = Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' })
  vi.mocked(sha256File).mockRejectedValueOnce(denied)
  const db = await FSDB.create(join(work, 'db'))
  const path = join(work, 'a.txt')
  await expect(db.digests.digest(path)).rejects.toMatchObject({
    code: 'store/no-permission',
    facts: { path },
  })
})
