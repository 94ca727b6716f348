// A database that people change and run, and what a fresh one with the same photographs comes to.
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import type { Json, JsonObject } from '../../../src/base/types.ts'
import { FSDB } from '../../../src/fsdb/fsdb.ts'
import type { Decision } from '../../../src/plan/decision.ts'
import { Rig, type Ran } from '../../support/rig.ts'
import type { Action } from './actions.ts'
import { indexOf, madeIn, type Made } from './snapshot.ts'
import { firstWish, pipelineOf, targetsOf, tasksAt, type Wish } from './wish.ts'

const sources = ['images', 'others']

export class World {
  readonly rig: Rig
  wish: Wish = firstWish
  versions: Record<string, number> = {}
  forced = new Set<string>()

  private constructor(path: string) {
    this.rig = new Rig(path)
    this.rig.tasks = tasksAt({})
  }

  /** @param folder where its database lies; the caller removes it */
  static async make(folder: string): Promise<World> {
    const world = new World(join(folder, 'db'))
    const { rig } = world
    await FSDB.create(rig.path)
    await rig.addScan('plant', { a: 'a', b: 'ab', c: 'abc' })
    await rig.addScan('other', { z: 'z' })
    await rig.write(async (db) => {
      const others = await (await db.getScan('plant')).createFileset('others')
      for (const id of ['a', 'b'])
        await (await others.createFile(id)).write(new TextEncoder().encode('ab'), 'txt')
    })
    await rig.run('[Join]', { scans: ['other'] })
    return world
  }

  /** The same on a copy, to go another way from here. */
  copyTo(folder: string): World {
    cpSync(this.rig.path, join(folder, 'db'), { recursive: true, preserveTimestamps: true })
    return new World(join(folder, 'db'))
  }

  get scan(): string {
    return join(this.rig.path, 'plant')
  }

  /** What a run would do now. */
  plan(): Promise<Record<string, Decision>> {
    return this.rig.plan(pipelineOf(this.wish), [...this.forced], targetsOf(this.wish))
  }

  run(): Promise<Ran> {
    const forced = [...this.forced]
    this.forced.clear()
    return this.rig.run(pipelineOf(this.wish), { forced, targets: targetsOf(this.wish) })
  }

  /** The targets, named or not. */
  get targets(): readonly string[] {
    return this.rig.pipeline(pipelineOf(this.wish), targetsOf(this.wish)).targets
  }

  /** A world of the sources alone, run until it has the edits of this one too; in `folder`. */
  async fromScratch(folder: string): Promise<{ readonly ran: Ran; readonly world: World }> {
    const world = new World(join(folder, 'db'))
    world.wish = this.wish
    world.rig.tasks = this.rig.tasks
    mkdirSync(world.rig.path, { recursive: true })
    for (const name of ['romidb', 'other'])
      cpSync(join(this.rig.path, name), join(world.rig.path, name), { recursive: true })
    mkdirSync(join(world.scan, 'metadata'), { recursive: true })
    const parts = [...sources, 'metadata/metadata.json']
    parts.push(...sources.flatMap((id) => [`metadata/${id}`, `metadata/${id}.json`]))
    for (const part of parts.filter((path) => existsSync(join(this.scan, path))))
      cpSync(join(this.scan, part), join(world.scan, part), { recursive: true })
    const filesets = indexOf(this.scan).filesets.filter(({ id }) => sources.includes(id))
    writeFileSync(join(world.scan, 'files.json'), JSON.stringify({ filesets }))
    let ran = await world.run()
    while (world.#takeEdits(madeIn(this.scan))) ran = await world.run()
    return { ran, world }
  }

  /** Edits what was edited there. @returns whether there was anything to edit */
  #takeEdits(there: readonly Made[]): boolean {
    let isChanged = false
    for (const { id, task, record, files } of madeIn(this.scan)) {
      const twin = there.find((made) => made.task === task && made.record.key === record.key)
      if (!twin || twin.isDamaged) continue
      const takenOver = Object.values(twin.record.outputs).filter(({ edited }) => edited)
      for (const name of new Set([...twin.edited, ...takenOver.map(({ file }) => file)])) {
        const text = twin.files.get(name)!
        if (files.get(name) === text) continue
        writeFileSync(join(this.scan, id, name), text)
        isChanged = true
      }
    }
    return isChanged
  }

  async act(action: Action): Promise<void> {
    const { rig, scan } = this
    switch (action.do) {
      case 'photograph':
        return rig.write(async (db) => {
          const images = await (await db.getScan('plant')).getFileset(action.source)
          const file = (await images.hasFile(action.id))
            ? await images.getFile(action.id)
            : await images.createFile(action.id)
          await file.write(new TextEncoder().encode(action.text), 'txt')
        })
      case 'remove':
        return rig.write(async (db) => {
          const images = await (await db.getScan('plant')).getFileset('images')
          if (await images.hasFile(action.id)) await images.deleteFile(action.id)
        })
      case 'describe':
        return describe(join(scan, 'metadata', action.source, `${action.id}.json`), action)
      case 'describe-fileset':
        return describe(join(scan, 'metadata', 'images.json'), action)
      case 'describe-scan':
        return describe(join(scan, 'metadata', 'metadata.json'), action)
      case 'delete': {
        const made = pick(madeIn(scan), action.index)
        if (!made) return
        return rig.write(async (db) => (await db.getScan('plant')).deleteFileset(made.id))
      }
      case 'spoil': {
        const made = pick(madeIn(scan), action.index)
        const name = made && pick([...made.files.keys()], action.file)
        if (made && name !== undefined) spoil(join(scan, made.id, name), action.how)
        return
      }
      case 'force':
        this.forced.add(action.step)
        return
      case 'raise':
        this.versions[action.step] = (this.versions[action.step] ?? 1) + 1
        rig.tasks = tasksAt(this.versions)
        return
      case 'forget':
        rmSync(join(action.what === 'records' ? scan : rig.path, '.romi', action.what), {
          recursive: true,
          force: true,
        })
        return
      case 'reorder': {
        const { filesets } = indexOf(scan)
        const turned = filesets.map((of) => ({ ...of, files: of.files.toReversed() })).reverse()
        writeFileSync(join(scan, 'files.json'), JSON.stringify({ filesets: turned }))
        return
      }
      case 'elsewhere':
        await rig.photograph({ z: action.text }, 'other')
        await rig.run('[Join]', { scans: ['other'] })
        return
      case 'set':
        this.wish = { ...this.wish, [action.key]: action.value }
    }
  }
}

const pick = <T>(list: readonly T[], index: number): T | undefined => list[index % list.length]

function describe(
  path: string,
  { key, value }: { readonly key: string; readonly value: Json | undefined },
): void {
  // Safe: a file of the store, or none.
  const old = (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {}) as JsonObject
  const { [key]: _old, ...rest } = old
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, JSON.stringify(value === undefined ? rest : { ...rest, [key]: value }))
}

function spoil(path: string, how: 'delete' | 'empty' | 'edit' | 'damage'): void {
  if (!existsSync(path)) return
  if (how === 'delete') rmSync(path)
  else if (how === 'empty') truncateSync(path)
  else if (how === 'damage') writeFileSync(path, 'torn \0')
  else if (path.endsWith('annotations.json')) {
    const text = readFileSync(path, 'utf8')
    writeFileSync(
      path,
      text.replaceAll(/\d+(?=\s*})/g, (pose) => String(Number(pose) + 1)),
    )
  } else if (path.endsWith('poses.txt')) writeFileSync(path, '[]')
  else writeFileSync(path, 'by hand')
}
