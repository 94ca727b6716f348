// Steps that wait in vain for annotations which their files carry themselves.
import { describe, expect, test } from 'vitest'
import { annotations, files } from '../../src/task/slot.ts'
import { defineTask } from '../../src/task/task.ts'
import { MemoryScan } from '../support/memory-scan.ts'
import { tasks, texts } from '../support/tasks.ts'

const placeHere = defineTask({
  name: 'PlaceHere',
  version: 1,
  summary: 'Reads the pose of each text.',
  inputs: {
    upstream_task: files(texts, { default: 'Upper', reads: ['pose'] }),
    upstream_locate: annotations({
      default: 'Locate',
      carried: () => [
        { key: 'pose', write: 'upstream_locate = "ImagesFilesetExists"' },
        { key: 'place', write: 'key = "place"' },
      ],
    }),
  },
  params: {},
  output: texts,
  each: 'upstream_task',
  run: ({ value }) => value,
})

/** What is said of the last step, where some of the photographs have this metadata. */
async function told(metadata: object, asked: object, toml = '[Locate]\n[PlaceHere]\n') {
  const scan = new MemoryScan({ a: { text: 'one', metadata: { ...metadata } }, b: 'two' })
  scan.tasks = [...tasks, placeHere].map((task) =>
    task.name === 'Locate' && task.is === 'computing'
      ? { ...task, programs: [{ name: 'pov', install: 'install it' }] }
      : task,
  )
  const { PlaceHere: decision } = await scan.plan(toml, asked)
  return decision
}

const lacks = { missingPrograms: { pov: 'apt-get install pov' } }
const failed = { failed: ['Locate'] }

describe.each([
  ['whose program is missing', lacks],
  ['that failed', failed],
])('a step that waits for one %s', (_, asked) => {
  test('is told what its files carry themselves, and what to write', async () => {
    expect(await told({ pose: 3 }, asked)).toMatchObject({
      do: 'stop',
      why: expect.stringMatching(
        /1 of 2 files of images .*"pose".* upstream_locate = "ImagesFilesetExists" in \[PlaceHere\]/,
      ) as string,
    })
  })

  test('is told of the next best, if there is no better', async () => {
    expect(await told({ place: 3 }, asked)).toMatchObject({
      why: expect.stringMatching(/"place".* key = "place"/) as string,
    })
    expect(await told({ pose: 3, place: 3 }, asked)).toMatchObject({
      why: expect.not.stringMatching(/"place"/) as string,
    })
  })

  test('is told nothing more if they carry nothing', async () => {
    const decision = await told({ pose: null }, asked)
    expect(decision).toMatchObject({ do: 'stop' })
    expect(decision).not.toMatchObject({ why: expect.stringMatching(/carr/) as string })
  })
})

test('a step that can wait for another one is told nothing of what its files carry', async () => {
  expect(await told({ pose: 3 }, {})).toMatchObject({ do: 'run' })
})
