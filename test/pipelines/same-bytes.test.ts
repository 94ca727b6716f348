// From points to the evaluation of angles: the same bytes on any number of threads.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, afterAll, expect, test } from 'vitest'
import { Desk, realTasks } from '../support/command-line.ts'
import { differences, published } from '../support/published.ts'

const pipeline = `
[romi]
database = "db"
scans = ["plant"]
[VirtualPlant]
organs = 7
rosette_leaves = 3
flowers = 2
[PointCloudGroundTruth]
upstream_task = "VirtualPlant"
pcd_size = 12000
[TriangleMesh]
upstream_task = "PointCloudGroundTruth"
[CurveSkeleton]
[TreeGraph]
[AnglesAndInternodes]
[AnglesAndInternodesEvaluation]
ground_truth = "VirtualPlant"
`

let desk: Desk
beforeAll(async () => {
  desk = await Desk.make()
})
afterAll(() => desk[Symbol.asyncDispose]())

/** All that a run published. */
async function publishedBy(...options: readonly string[]): Promise<Record<string, string>> {
  const database = join(desk.folder, 'db')
  await desk.write('pipeline.toml', pipeline)
  const { code, err } = await desk.romi(['run', 'pipeline.toml', ...options], realTasks)
  expect(code, err).toBe(0)
  const files = published(database)
  rmSync(database, { recursive: true })
  return files
}

test('points to evaluation: one thread, two and none publish the same bytes', async () => {
  const inline = await publishedBy('--executor', 'inline')
  const of = (task: string) => Object.keys(inline).filter((path) => path.includes(`/${task}_`))
  for (const task of ['TriangleMesh', 'CurveSkeleton', 'TreeGraph', 'AnglesAndInternodes'])
    expect(of(task).length).toBeGreaterThan(0)
  expect(of('AnglesAndInternodesEvaluation').length).toBeGreaterThan(0)
  for (const jobs of ['1', '2'])
    expect(differences(inline, await publishedBy('--jobs', jobs))).toEqual([])
})
