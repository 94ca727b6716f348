// What a task gained since: at the value that means "as before" it changes no key, no name, no record.
import { expect, test } from 'vitest'
import type { JsonObject } from '../../src/base/types.ts'
import { recordIn } from '../../src/plan/facts/record.ts'
import { param } from '../../src/task/param.ts'
import { files } from '../../src/task/slot.ts'
import { defineSource, type ComputingTask, type Task } from '../../src/task/task.ts'
import { Rig, pipeline } from '../support/rig.ts'
import { tasks, texts } from '../support/tasks.ts'

/** Notes on the texts that somebody may have left in the scan. */
const notes = defineSource({
  name: 'Notes',
  summary: 'Notes on the texts, if there are any.',
  params: {},
  output: texts,
  locate: ({ filesets }) =>
    filesets.some(({ id }) => id === 'notes')
      ? { is: 'found', fileset: 'notes' }
      : { is: 'nothing-needed' },
})

/** The tasks as they are after a year: each has a new parameter and a new slot, both neutral. */
function grown(neutral = true): readonly Task[] {
  const later = tasks.map((task) => {
    if (task.is !== 'computing') return task
    const style = param.choice(['plain', 'bold'], {
      default: 'plain',
      neutral,
      doc: 'how it looks',
    })
    const at = param.float({ default: undefined as number | undefined, neutral, doc: 'where' })
    const remarks = files(texts, { default: 'Notes', neutral })
    const params = { ...task.params, a_style: style, a_place: at }
    return { ...task, params, inputs: { ...task.inputs, a_remark: remarks } } as ComputingTask
  })
  return [...later, notes]
}

const complete = { Upper: { do: 'reuse' }, Join: { do: 'reuse' }, Count: { do: 'reuse' } }

/** A database of the time before, opened a year later. */
async function aged(): Promise<Rig> {
  const rig = await Rig.make()
  await rig.run(pipeline)
  rig.tasks = grown()
  return rig
}

async function note(rig: Rig, ids: readonly string[]): Promise<void> {
  await rig.write(async (db) => {
    const scan = await db.getScan('plant')
    const fileset = (await scan.hasFileset('notes'))
      ? await scan.getFileset('notes')
      : await scan.createFileset('notes')
    for (const id of ids) {
      const file = await fileset.createFile(id)
      await file.write(new TextEncoder().encode('a note'), 'txt')
    }
  })
}

async function metadataOf(rig: Rig, task: string): Promise<JsonObject> {
  return rig.write(async (db) => {
    const scan = await db.getScan('plant')
    // Safe: each test made one.
    const id = (await scan.filesetIds()).findLast((of) => of.startsWith(`${task}_`))!
    return (await (await scan.getFileset(id)).getMetadata()) as JsonObject
  })
}

test('what was made before is complete, and has nothing to do', async () => {
  const rig = await aged()
  expect(await rig.plan(pipeline)).toMatchObject(complete)
  expect((await rig.run(pipeline)).ran).toEqual([])
})

test('without neutral it would all be made again, as it is when the meaning changes', async () => {
  const rig = await aged()
  rig.tasks = grown(false)
  expect(await rig.plan(pipeline)).toMatchObject({ Upper: { do: 'run' } })
})

test('the same fileset is made by both, by the same name, with the same record', async () => {
  const before = await Rig.make()
  await before.run(pipeline)
  const after = await Rig.make()
  after.tasks = grown()
  await after.run(pipeline)
  for (const task of ['Upper', 'Join', 'Count']) {
    expect(await after.filesets(task)).toEqual(await before.filesets(task))
    const [one, other] = [await metadataOf(before, task), await metadataOf(after, task)]
    expect(other.task_params).toEqual(one.task_params)
    const told = (of: JsonObject) => {
      const { made: _when, ...record } = recordIn(of)!
      return record
    }
    expect(told(other)).toEqual(told(one))
  }
})

test('written out, the value that means "as before" is the same as none', async () => {
  const rig = await aged()
  const written = '[Upper]\na_style = "plain"\n[Join]\n[Count]\n'
  expect(await rig.plan(written)).toMatchObject(complete)
})

test('another value reruns the step, and the reason knows what it stood at', async () => {
  const rig = await aged()
  const bold = '[Upper]\n[Join]\na_style = "bold"\n[Count]\n'
  expect(await rig.plan(bold)).toMatchObject({
    Upper: { do: 'reuse' },
    Join: {
      do: 'run',
      reason: {
        why: 'parameter',
        changes: [{ name: 'a_style', from: 'plain', to: 'bold', line: 3 }],
      },
    },
  })
  await rig.run(bold)
  const [plain, changed] = await rig.filesets('Join')
  expect(changed.startsWith('Join_bold_')).toBe(true)
  // And back: the old one is found again.
  expect(await rig.plan(pipeline)).toMatchObject(complete)
  expect((await rig.run(pipeline)).reused).toContain('Join')
  expect(await rig.filesets('Join')).toEqual([changed, plain])
})

test('files that a neutral slot finds are an input like any other', async () => {
  const rig = await aged()
  await note(rig, ['n'])
  expect(await rig.plan(pipeline)).toMatchObject({
    Upper: {
      do: 'run',
      reason: { why: 'input-changed', slot: 'a_remark', step: 'Notes', added: ['n'] },
    },
  })
  const ran = await rig.run(pipeline)
  // Upper comes out the same, but Join and Count see the note by themselves.
  expect(ran.ran).toEqual(['Upper', 'Join', 'Count'])
  // Each file of a file-by-file step has another key too.
  expect(ran.made('Upper')).toBe(3)
  expect(await rig.filesets('Upper')).toHaveLength(2)
})

test('a fileset without a file is nothing: neither a change nor an empty selection', async () => {
  const rig = await aged()
  await note(rig, [])
  expect(await rig.plan(pipeline)).toMatchObject(complete)
  expect((await rig.run('[Upper]\nsuffix = "!"\n[Join]\n[Count]\n')).ran).toContain('Upper')
})

test('a killed step is taken up again where it was', async () => {
  const rig = await Rig.make()
  const stop = new AbortController()
  await rig.run('[Upper]\n', {
    stop: stop.signal,
    tell: (event) => {
      if (event.is === 'progress' && event.done === 1) stop.abort()
    },
  })
  rig.tasks = grown()
  const { Upper: decision } = await rig.plan('[Upper]\n')
  expect(decision).toMatchObject({ do: 'run', reason: { why: 'incomplete' } })
})
