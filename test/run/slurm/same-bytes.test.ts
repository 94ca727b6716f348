// From a plant's photographs to its voxels: the same bytes on a cluster, on threads and in this thread.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Desk, realTasks } from '../../support/command-line.ts'
import { differences, published } from '../../support/published.ts'
import { hasSlurm, Slurm } from '../../support/slurm.ts'

const pipeline = `
[romi]
database = "db"
scans = ["plant"]
[romi.slurm]
local_below = 0
poll = 0.2
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
memory = 900
[Voxels]
upstream_mask = "Masks"
upstream_colmap = "VirtualScan"
camera_metadata = "camera"
voxel_size = 4
`

describe.skipIf(!hasSlurm)('a plant', () => {
  let slurm: Slurm
  let desk: Desk
  beforeAll(async () => {
    ;[slurm, desk] = await Promise.all([Slurm.start(), Desk.make()])
  })
  afterAll(async () => {
    await slurm.stop()
    await desk[Symbol.asyncDispose]()
  })

  /** All that a run published. */
  async function publishedBy(executor: string): Promise<Record<string, string>> {
    const database = join(desk.folder, 'db')
    await desk.write('pipeline.toml', pipeline)
    const args = ['run', 'pipeline.toml', '--executor', executor]
    const { code, out, err } = await desk.romi(args, { ...realTasks, env: slurm.env })
    expect(code, err).toBe(0)
    expect(out.includes('core hours')).toBe(executor === 'slurm')
    const files = published(database)
    rmSync(database, { recursive: true })
    return files
  }

  test('a plant has the same bytes on a cluster, on threads and in this thread', async () => {
    const inline = await publishedBy('inline')
    expect(Object.keys(inline).some((path) => path.includes('/Voxels_'))).toBe(true)
    for (const executor of ['threads', 'slurm'])
      expect(differences(inline, await publishedBy(executor))).toEqual([])
  })
})
