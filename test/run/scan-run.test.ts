// One scan on its way through a pipeline: what is started when.
import { expect, test } from 'vitest'
import { realDisk, type Disk } from '../../src/base/system.ts'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import type { RunEvent } from '../../src/run/event.ts'
import { inlineExecutor } from '../../src/run/executors/inline.ts'
import { run } from '../../src/run/run.ts'
import { ResourcePool } from '../../src/run/resource-pool.ts'
import { libraryOf } from '../../src/task/library.ts'
import { files } from '../../src/task/slot.ts'
import { defineTask } from '../../src/task/task.ts'
import { origin, Rig } from '../support/rig.ts'
import { tasks, text, texts } from '../support/tasks.ts'

/** Something that others wait for. */
function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => undefined
  const opened = new Promise<void>((resolve) => (open = resolve))
  return { opened, open: () => open() }
}

test('a step that ends while the next steps are decided on is not started again', async () => {
  const rig = await Rig.make()
  const [located, slept] = [gate(), gate()]
  const sleep = defineTask({
    name: 'Sleep',
    version: 1,
    summary: 'Ends when Locate has ended, while its annotations are read for the next decision.',
    inputs: { upstream_task: files(texts, { default: 'ImagesFilesetExists' }) },
    params: {},
    output: text,
    run: async () => {
      await located.opened
      // When it has ended, and what follows has happened, too.
      setTimeout(() => slept.open(), 100)
      return 'slept'
    },
  })
  rig.tasks = [...tasks, sleep]
  const disk: Disk = {
    ...realDisk,
    async readBytes(path) {
      await slept.opened
      return realDisk.readBytes(path)
    },
  }
  const events: RunEvent[] = []
  const library = libraryOf(rig.tasks)
  await using db = new FSDB(rig.path, { disk })
  await db.connect()
  await run({
    pipeline: rig.pipeline('[Sleep]\n[Locate]'),
    library,
    origin,
    db,
    scans: ['plant'],
    executor: inlineExecutor(library),
    pool: new ResourcePool(2),
    tell(event) {
      events.push(event)
      if (event.is === 'finished' && event.step === 'Locate') located.open()
    },
  })
  const started = events.flatMap((event) => (event.is === 'started' ? [event.step] : []))
  expect(started.sort()).toEqual(['Locate', 'Sleep'])
  expect(await rig.filesets('Sleep')).toHaveLength(1)
})
