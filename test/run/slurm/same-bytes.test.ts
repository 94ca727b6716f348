// From a plant's photographs to its voxels: the same bytes on a cluster, on threads and in this thread.
// By the program as it is installed, which needs `npm run build`.
import { execFile } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { FSDB } from '../../../src/fsdb/fsdb.ts'
import { differences, published } from '../../support/published.ts'
import { addPublished } from '../../support/published-scan.ts'
import { scratchFolder } from '../../support/scratch.ts'
import { sharedData } from '../../support/shared.ts'
import { hasSlurm, Slurm } from '../../support/slurm.ts'

const call = promisify(execFile)
const program = join(import.meta.dirname, '..', '..', '..', 'dist', 'src', 'bin.js')

const settings = `
[romi]
database = "db"
scans = ["plant"]
[romi.slurm]
local_below = 0
poll = 0.5
memory = 900
`

const grown = `${settings}
[VirtualPlant]
organs = 5
rosette_leaves = 2
flowers = 1
[VirtualScan]
n_points = 6
width = 128
height = 128
[Masks]
upstream_task = "VirtualScan"
query = { channel = "rgb" }
threshold = 0.2
[Masks.romi.slurm]
memory = 950
[Voxels]
upstream_mask = "Masks"
upstream_colmap = "VirtualScan"
camera_metadata = "camera"
voxel_size = 4
`

/** Of a published scan; coarse, since what its numbers are like is tested elsewhere. */
const photographed = `${settings}
[Masks]
upstream_task = "ImagesFilesetExists"
query = { channel = "rgb" }
type = "excess_green"
threshold = 0.05
[Voxels]
upstream_mask = "Masks"
upstream_colmap = "ImagesFilesetExists"
camera_metadata = "camera"
voxel_size = 0.5
`

describe.skipIf(!hasSlurm)('a plant', () => {
  let slurm: Slurm
  beforeAll(async () => {
    slurm = await Slurm.start()
  })
  afterAll(async () => {
    await slurm.stop()
  })

  /** All that a run publishes. @param prepare what is there before */
  async function publishedBy(
    executor: string,
    pipeline: string,
    prepare: (database: string) => Promise<void>,
  ): Promise<Record<string, string>> {
    const folder = scratchFolder('bytes')
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const database = join(folder, 'db')
    await prepare(database)
    writeFileSync(join(folder, 'pipeline.toml'), pipeline)
    const args = [program, 'run', 'pipeline.toml', '--executor', executor]
    const { stdout } = await call(process.execPath, args, { cwd: folder, env: slurm.env })
    expect(stdout.includes('core hours')).toBe(executor === 'slurm')
    return published(database)
  }

  async function expectSameBytes(
    pipeline: string,
    prepare: (database: string) => Promise<void> = async () => undefined,
  ): Promise<void> {
    const inline = await publishedBy('inline', pipeline, prepare)
    expect(Object.keys(inline).some((path) => path.includes('/Voxels_'))).toBe(true)
    for (const executor of ['threads', 'slurm'])
      expect(differences(inline, await publishedBy(executor, pipeline, prepare))).toEqual([])
  }

  test('that is grown has the same bytes on a cluster, on threads and in one thread', async () => {
    await expectSameBytes(grown)
  })

  test.skipIf(!sharedData)('that was photographed (../shared/data), too', async () => {
    await expectSameBytes(photographed, async (database) => {
      await using db = await FSDB.create(database)
      await db.connect()
      await (await db.createScan('plant')).createFileset('images')
      await addPublished(db, 'plant', sharedData!, 'virtual_plant')
    })
  })
})
