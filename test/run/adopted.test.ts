// A fileset that stands in for what a step makes: nothing above that step counts.
import { expect, test } from 'vitest'
import { Rig } from '../support/rig.ts'

test('nothing above an adopted result runs, not even what annotates', async () => {
  const rig = await Rig.make({ a: 'one' })
  // Warp reads what Locate annotates; Upper reads metadata of files, which Locate might have given.
  const toml = '[Warp.romi]\nadopt = "images"\n[Upper]\nupstream_task = "Warp"\n'
  const plan = await rig.plan(toml)
  expect(plan.Warp).toMatchObject({ do: 'reuse', fileset: 'images' })
  expect(plan.Locate).toEqual({ do: 'leave' })
  const ran = await rig.run(toml)
  expect(ran.code).toBe(0)
  expect(ran.ran).toEqual(['Upper'])
})
