// Large shapes are reduced in a thread beside the server, and come out as they would here.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { cachedDataVersionTag } from 'node:v8'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { tuneForLooking } from '../../src/base/v8.ts'
import { pointCloudCodec } from '../../src/io/index.ts'
import { Aside } from '../../src/web/aside/aside.ts'
import { doAside, type AsideJob } from '../../src/web/aside/work.ts'

/** More than are read sooner than a thread starts. */
const count = 400_000
let folder: string
const aside = new Aside()
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'romi-aside-'))
})
afterAll(async () => {
  await aside.close()
  await rm(folder, { recursive: true, force: true })
})

test('what a thread makes of a large cloud is what is made of it here', async () => {
  const points = Float64Array.from({ length: 3 * count }, (_, i) => Math.sin(i))
  const job = await jobOn(await pointCloudCodec.encode({ points }))
  const ownTag = cachedDataVersionTag()
  tuneForLooking()
  const made = await aside.work(job)
  expect(cachedDataVersionTag()).toBe(ownTag) // a thread takes the code that Node has compiled
  expect(made.bytes.length).toBe(56 + 12 * 500)
  expect(made).toEqual(await doAside(job))
})

test('a damaged file is told by the code that it has here', async () => {
  const job = await jobOn(new Uint8Array(8 * count * 3))
  await expect(aside.work(job)).rejects.toMatchObject({ code: 'io/unreadable' })
})

async function jobOn(bytes: Uint8Array): Promise<AsideJob> {
  const filename = 'PointCloud.ply'
  const path = join(folder, filename)
  await writeFile(path, bytes)
  const file = { id: 'PointCloud', filename, path, metadata: {} }
  return { do: 'layer', kind: 'points', most: 500, file }
}
