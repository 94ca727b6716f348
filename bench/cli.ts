// The program as a whole process: what it costs to start it, against Node alone in the same run.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { round, shortest, type Bench } from './bench.ts'
import { program } from './support/program.ts'

/** Nine real steps, as small as they come: a plant that is grown, photographed and measured. */
const pipeline = `
[romi]
database = "db"
scans = ["plant"]
[VirtualPlant]
[VirtualScan]
n_points = 12
width = 160
height = 160
labels = false
[Masks]
upstream_task = "VirtualScan"
query = { channel = "rgb" }
type = "excess_green"
threshold = 0.05
[Voxels]
upstream_mask = "Masks"
upstream_colmap = "VirtualScan"
camera_metadata = "camera"
voxel_size = 2.0
[PointCloud]
[TriangleMesh]
[CurveSkeleton]
[TreeGraph]
[AnglesAndInternodes]
`

const bench: Bench = async (report) => {
  const folder = mkdtempSync(join(tmpdir(), 'romi-run-bench-'))
  try {
    writeFileSync(join(folder, 'pipeline.toml'), pipeline)
    const node = (...args: readonly string[]) =>
      execFileSync(process.execPath, args, { cwd: folder, stdio: ['ignore', 'ignore', 'ignore'] })

    node(program, 'pipeline.toml')
    const bare = await shortest(10, () => node('-e', '0'))
    const row = (what: string, ms: number) =>
      report({ what, ms: round(ms), 'times node alone': round(ms / bare) })
    row('node alone', bare)
    row('--help', await shortest(10, () => node(program, '--help')))
    row('plan, 9 steps complete', await shortest(10, () => node(program, 'plan', 'pipeline.toml')))
    row('run, 9 steps complete', await shortest(10, () => node(program, 'pipeline.toml')))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export default bench
