// What jobs carry: of many files each holds its own alone.
import { expect, test } from 'vitest'
import { inlineExecutor } from '../../src/run/executors/inline.ts'
import type { Job } from '../../src/run/job.ts'
import { libraryOf } from '../../src/task/library.ts'
import { param } from '../../src/task/param.ts'
import { files } from '../../src/task/slot.ts'
import { defineTask } from '../../src/task/task.ts'
import { Rig } from '../support/rig.ts'
import { tasks, texts } from '../support/tasks.ts'

const each = (upstream: string | undefined, run: (texts: readonly string[]) => string) =>
  defineTask({
    name: 'Each',
    version: 1,
    summary: 'Says which files it sees.',
    inputs: {
      upstream_task: files(texts, { default: upstream }),
      upstream_others: files(texts, { default: 'Upper' }),
    },
    params: { query: param.query() },
    output: texts,
    each: 'upstream_task',
    run: ({ inputs }) =>
      run([...inputs.upstream_task.files, ...inputs.upstream_others.files].map(({ id }) => id)),
  })

const photographs = Object.fromEntries(
  Array.from({ length: 40 }, (_, i) => [`p${String(i).padStart(2, '0')}`, `text ${i}`]),
)

test('a batch carries the files of its items, and a file is made without sight of others', async () => {
  const rig = await Rig.make(photographs)
  rig.tasks = [...tasks, each('ImagesFilesetExists', (ids) => ids.join(' '))]
  const jobs: Job[] = []
  const inline = inlineExecutor(libraryOf(rig.tasks))
  const { code } = await rig.run('[Each]', {
    executor: {
      ...inline,
      execute(job, ...rest) {
        jobs.push(job)
        return inline.execute(job, ...rest)
      },
    },
  })
  expect(code).toBe(0)
  const batches = jobs.filter(({ step }) => step === 'Each')
  expect(batches).toHaveLength(5)
  for (const { inputs, items } of batches) {
    const own = inputs.upstream_task.files.map(({ id }) => id)
    expect(own).toEqual(items?.map(({ id }) => id))
    expect(inputs.upstream_others.files).toHaveLength(40)
  }
  const all = Object.keys(photographs)
  expect(await rig.textOf('Each', 'p07')).toBe(['p07', ...all].join(' '))
})

test('a step that works file by file and names no step to read has nothing to work on', async () => {
  const rig = await Rig.make()
  rig.tasks = [...tasks, each(undefined, () => '')]
  const { state } = await rig.run('[Each]')
  const step = state.scans.get('plant')?.steps.get('Each')
  expect(step).toMatchObject({
    is: 'skipped',
    cause: 'missing',
    why: expect.stringMatching(/name one/),
  })
})
