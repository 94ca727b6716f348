// What a task tells after its step, or the whole run, is over: nobody hears it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { files } from '../../src/task/slot.ts'
import { defineTask } from '../../src/task/task.ts'
import { Rig } from '../support/rig.ts'
import { tasks, text, texts } from '../support/tasks.ts'

test('a task that goes on after its time limit is not heard any more', async () => {
  const rig = await Rig.make()
  let go = (): void => undefined
  const told = new Promise<void>((resolve) => (go = resolve))
  let said: Promise<string> = Promise.resolve('')
  const late = defineTask({
    name: 'Late',
    version: 1,
    summary: 'Speaks when its run is over.',
    inputs: { upstream_task: files(texts, { default: 'ImagesFilesetExists' }) },
    params: {},
    output: text,
    run: ({ log, progress }) => {
      log.info('in time')
      said = told.then(() => {
        log.warn('too late')
        progress(1, 1)
        return 'spoken'
      })
      return said
    },
  })
  rig.tasks = [...tasks, late]
  const ran = await rig.run('[Late.romi]\ntime_limit = 0.05\n[Late]\n')
  expect(ran.code).toBe(30)
  const { length } = ran.events
  go()
  expect(await said).toBe('spoken')
  expect(ran.events).toHaveLength(length)
  expect(ran.events.at(-1)).toMatchObject({ is: 'ended' })
  const log = readFileSync(join(ran.log ?? '', 'logs', 'plant.Late.log'), 'utf8')
  expect(log).toBe('info in time\n')
})
