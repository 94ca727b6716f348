// Two runs at once on one database: one after the other.
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { ChildRun, type Ended, type Told } from '../../support/child-run.ts'
import { scratchFolder } from '../../support/scratch.ts'
import { asking } from './asking.ts'
import { makePlant } from './plant.ts'

const says = (text: string) => (told: Told) => told.is === 'said' && told.text === text

interface Stage {
  readonly root: string
  readonly pipeline: string
  /** Lets the first run end. */
  readonly open: () => void
  /** The run that holds the database until then. */
  readonly first: ChildRun
}

async function stage(): Promise<Stage> {
  const folder = scratchFolder('two-runs')
  const gate = join(folder, 'gate')
  const root = await makePlant(folder, 2)
  const pipeline = `[Upper]\n[Wait]\ngate = "${gate}"\n`
  const first = new ChildRun(asking(root, pipeline, { name: 'the first' }))
  onTestFinished(async () => {
    first.kill('SIGKILL')
    await first.ended
    rmSync(folder, { recursive: true })
  })
  await first.tells(says('waiting'))
  return { root, pipeline, open: () => writeFileSync(gate, ''), first }
}

const stepsThat = (is: 'finished' | 'reused', { told }: Ended): string[] =>
  told.flatMap((event) => (event.is === is ? [event.step] : []))

test('the second run is refused, and told who holds the database', async () => {
  const { root, pipeline, first } = await stage()
  const second = await new ChildRun(asking(root, pipeline)).ended
  expect(second.code).toBe(10)
  expect(second.told).toEqual([
    {
      is: 'refused',
      code: 'store/locked',
      owner: expect.objectContaining({ pid: first.pid, info: { run: 'the first' } }) as unknown,
    },
  ])
})

test('a second run that waits begins when the first has ended, and finds its results', async () => {
  const { root, pipeline, first, open } = await stage()
  const second = new ChildRun(asking(root, pipeline, { wait: true }))
  await second.tells(({ is }) => is === 'waits')
  open()
  expect((await first.ended).code).toBe(0)
  const ended = await second.ended
  expect(ended.code).toBe(0)
  expect(stepsThat('finished', ended)).toEqual([])
  expect(stepsThat('reused', ended)).toEqual(['ImagesFilesetExists', 'Upper', 'Wait'])
})

test('a second run that waits takes over at once from one that is killed', async () => {
  const { root, pipeline, first, open } = await stage()
  const second = new ChildRun(asking(root, pipeline, { wait: true }))
  await second.tells(({ is }) => is === 'waits')
  first.kill('SIGKILL')
  open()
  const ended = await second.ended
  expect(ended.code).toBe(0)
  expect(stepsThat('finished', ended)).toContain('Wait')
})
