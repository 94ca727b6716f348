// Corrections by hand stay with a step that works file by file, or are named where they lie.
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { StepRecord } from '../../src/plan/facts/record.ts'
import { pipeline, Rig, type Ran } from '../support/rig.ts'

/** A scan of which a mask, as it were, was corrected. */
async function corrected(): Promise<{ readonly rig: Rig; readonly id: string }> {
  const rig = await Rig.make({ a: 'one', b: 'two' })
  await rig.run(pipeline)
  const [id] = await rig.filesets('Upper')
  rig.edit(id, 'a.txt', 'by hand')
  return { rig, id }
}

function outputOf(rig: Rig, fileset: string, file: string): StepRecord['outputs'][string] {
  const path = join(rig.path, 'plant', 'metadata', `${fileset}.json`)
  const { romi } = JSON.parse(readFileSync(path, 'utf8')) as { readonly romi: StepRecord }
  return romi.outputs[file]
}

const warnings = ({ state }: Ran) => state.warnings.map(({ step, text }) => `${step}: ${text}`)

describe('a correction stays', () => {
  test('when there is a photograph more, and never passes for made', async () => {
    const { rig, id } = await corrected()
    await rig.photograph({ c: 'three' })
    expect((await rig.plan(pipeline)).Upper).not.toHaveProperty('leaves')
    const ran = await rig.run(pipeline)
    expect(warnings(ran)).toEqual([])
    expect(await rig.textOf('Join')).toBe('by hand TWO THREE')
    const now = (await rig.filesets('Upper')).at(-1)!
    expect(now).not.toBe(id)
    const { digest, edited, made } = outputOf(rig, now, 'a')
    expect(edited).toBe(true)
    expect(made).toBe(outputOf(rig, id, 'a').digest)
    expect(digest).not.toBe(made)
    expect(await rig.plan(pipeline)).toMatchObject({ Upper: { do: 'reuse', edited: ['a'] } })
    // It stays the next time, too.
    await rig.photograph({ d: 'four' })
    await rig.run(pipeline)
    expect(await rig.textOf('Join')).toBe('by hand TWO THREE FOUR')
  })

  test('when another file of its fileset is lost', async () => {
    const { rig, id } = await corrected()
    rmSync(join(rig.path, 'plant', id, 'b.txt'))
    const ran = await rig.run(pipeline)
    expect(ran.made('Upper')).toBe(1)
    expect(await rig.textOf('Join')).toBe('by hand TWO')
  })

  test('when its step is forced', async () => {
    const { rig, id } = await corrected()
    await rig.run(pipeline)
    await rig.run(pipeline, { forced: ['Upper'] })
    expect(await rig.textOf('Upper', 'a')).toBe('by hand')
    expect(await rig.filesets('Upper')).toEqual([id])
  })

  test('of several corrections of one file, the one in the fileset listed last stays', async () => {
    const { rig, id } = await corrected()
    await rig.photograph({ c: 'three' })
    await rig.run(pipeline)
    const second = (await rig.filesets('Upper')).at(-1)!
    rig.edit(second, 'a.txt', 'once more')
    await rig.photograph({ d: 'four' })
    expect((await rig.plan(pipeline)).Upper).toMatchObject({
      leaves: [{ fileset: id, files: ['a'] }],
    })
    expect(warnings(await rig.run(pipeline))).toEqual([
      `Upper: corrections by hand stay behind: a in ${id}`,
    ])
    expect(await rig.textOf('Join')).toBe('once more TWO THREE FOUR')
  })
})

describe('a correction that is left behind is named, with the fileset where it lies', () => {
  test('a correction that is left behind by other parameters is named, with the fileset where it lies', async () => {
    const { rig, id } = await corrected()
    await rig.run(pipeline)
    const other = pipeline.replace('[Upper]', "[Upper]\nsuffix = '!'")
    expect((await rig.plan(other)).Upper).toMatchObject({
      do: 'run',
      leaves: [{ fileset: id, files: ['a'] }],
    })
    expect(warnings(await rig.run(other))).toEqual([
      `Upper: corrections by hand stay behind: a in ${id}`,
    ])
    expect(await rig.textOf('Join')).toBe('ONE! TWO!')
    expect(readFileSync(join(rig.path, 'plant', id, 'a.txt'), 'utf8')).toBe('by hand')
  })

  test('a correction that a step leaves behind which makes a whole is named, with the fileset where it lies', async () => {
    const { rig } = await corrected()
    await rig.run(pipeline)
    const id = (await rig.filesets('Join')).at(-1)!
    rig.edit(id, 'text.txt', 'own words')
    await rig.photograph({ c: 'three' })
    await rig.run(pipeline)
    const other = pipeline.replace('[Join]', "[Join]\nseparator = '-'")
    expect((await rig.plan(other)).Join).toMatchObject({
      leaves: [{ fileset: id, files: ['text'] }],
    })
  })

  test('when edits are dropped: the folder is told', async () => {
    const { rig, id } = await corrected()
    await rig.run(pipeline)
    const ran = await rig.run(pipeline, { forced: ['Upper'], dropEdits: true })
    expect(await rig.textOf('Upper', 'a')).toBe('ONE')
    const went = warnings(ran).find((text) => text.includes('.romi/retired'))
    const folder = /went to (\S+):/.exec(went ?? '')?.[1] ?? ''
    expect(folder).toContain(id.slice(0, 20))
    expect(readFileSync(join(folder, 'files', 'a.txt'), 'utf8')).toBe('by hand')
  })
})
