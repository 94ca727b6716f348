// How changes of a scan are carried out: what comes together, what is finished later, what is undone.
import { randomUUID } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join, relative } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { RomiError } from '../../src/base/errors.ts'
import { realDisk, type Disk } from '../../src/base/system.ts'
import { Committer, type Change } from '../../src/fsdb/committer.ts'
import { FaultyDisk } from '../support/faulty-disk.ts'
import { scratchFolder } from '../support/scratch.ts'

const work = scratchFolder('committer')
afterAll(() => rmSync(work, { recursive: true }))

// As people may have written it: it is not to be formatted anew by a change that is undone.
const asItWas = '{"filesets":  [{"id": "images", "files": [{"id": "a", "file": "a.txt"}]}]}'
let folder: string
let did: string[]
/** The index as it was before something was renamed. */
const indexBefore = new Map<string, string>()
/** Throws instead of doing the first thing that is told so. */
let fault: ((what: string) => boolean) | undefined
let isOurs: boolean
let committer: Committer
const at = (...names: string[]): string => join(folder, ...names)
const told = (path: string): string =>
  relative(folder, path).replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'uuid')
const failed = Object.assign(new Error('EIO: by the test'), { code: 'EIO' })
function tell(what: string): void {
  did.push(what)
  if (what.startsWith('rename ')) indexBefore.set(what, index())
  if (!fault?.(what)) return
  fault = undefined
  throw failed
}
const disk: Disk = {
  ...realDisk,
  create: async (path, bytes) => (tell(`create ${told(path)}`), realDisk.createLoose(path, bytes)),
  sync: async (path) => tell(`sync ${told(path)}`),
  rename: (from, to) => (tell(`rename ${told(from)} ${told(to)}`), realDisk.rename(from, to)),
  remove: async (path) => (tell(`remove ${told(path)}`), realDisk.remove(path)),
}
beforeEach(() => {
  folder = mkdtempSync(join(work, 'scan-'))
  mkdirSync(at('images'))
  writeFileSync(at('images', 'a.txt'), 'a')
  writeFileSync(at('files.json'), asItWas)
  did = []
  fault = undefined
  isOurs = true
  committer = new Committer(disk, folder, () => {
    if (!isOurs) throw new RomiError('store/lock-lost', 'by the test')
  })
})
const lost = expect.objectContaining({ code: 'store/lock-lost' }) as unknown
const index = (): string => readFileSync(at('files.json'), 'utf8')
const listed = (): string[] => committer.readIndex().filesetIds
const journal = (): string => at('.romi', 'journal.json')
const rewrites = (): number => did.filter((what) => what.endsWith(' files.json')).length

/** A folder among the temporary ones, with a file: what comes into the scan. */
function staged(): string {
  const path = join('.romi', 'tmp', randomUUID())
  mkdirSync(at(path), { recursive: true })
  writeFileSync(at(path, 'm.txt'), 'm')
  return path
}
/** What brings a new fileset. */
const coming = (id: string, from = staged()): Change => ({
  moves: [{ from, to: id }],
  after: [{ do: 'add-fileset', id, files: [{ id: 'm', file: 'm.txt' }] }],
})
/** What takes the fileset that is there away, to a place where it is removed. */
function going(): Change {
  const aside = join('.romi', 'tmp', randomUUID())
  return {
    before: [{ do: 'remove-fileset', id: 'images' }],
    moves: [{ from: 'images', to: join(aside, 'files') }],
    trash: [aside],
  }
}

describe('a change', () => {
  test('of nothing writes nothing', async () => {
    await committer.change(() => ({}))
    await committer.change(() => ({ before: [], moves: [], after: [], trash: [] }))
    expect(did).toEqual(['remove .romi/journal.json'])
    expect(index()).toBe(asItWas)
  })

  test('of the index alone is done, and so is one of folders alone, and one that only removes', async () => {
    await committer.change(() => ({ before: [{ do: 'remove-fileset', id: 'images' }] }))
    expect(listed()).toEqual([])
    await committer.change(() => ({ after: [{ do: 'add-fileset', id: 'masks', files: [] }] }))
    expect(listed()).toEqual([])
    mkdirSync(at('masks'))
    await committer.change(() => ({ after: [{ do: 'add-fileset', id: 'masks', files: [] }] }))
    expect(listed()).toEqual(['masks'])
    const from = staged()
    await committer.change(() => ({ moves: [{ from, to: 'moved' }] }))
    expect(readdirSync(at('moved'))).toEqual(['m.txt'])
    await committer.change(() => ({ trash: [join('images', 'a.txt')] }))
    expect(readdirSync(at('images'))).toEqual([])
    expect(existsSync(journal())).toBe(false)
  })

  test('that changes nothing of the index does not write it anew', async () => {
    await committer.change(() => ({ before: [{ do: 'remove-fileset', id: 'images' }] }))
    const before = rewrites()
    await committer.change(() => ({ before: [{ do: 'remove-fileset', id: 'images' }] }))
    expect(rewrites()).toBe(before)
  })

  test('unlists what goes, moves, lists what comes, removes, and forgets its journal last', async () => {
    await committer.change(() => ({
      ...going(),
      ...coming('masks'),
      before: [{ do: 'remove-fileset', id: 'images' }],
      trash: ['images/a.txt'],
    }))
    expect(did).toEqual([
      'remove .romi/journal.json',
      'create .romi/journal.json',
      'sync .romi',
      'create .romi/tmp/uuid',
      'rename .romi/tmp/uuid files.json',
      'sync ',
      'rename .romi/tmp/uuid masks',
      'sync ',
      'sync ..',
      'sync .romi/tmp',
      'create .romi/tmp/uuid',
      'rename .romi/tmp/uuid files.json',
      'sync ',
      'remove images/a.txt',
      'remove .romi/journal.json',
    ])
  })

  test('has new folders on the disk once, as long as they are there', async () => {
    const into = (name: string, from = staged()): Promise<void> =>
      committer.change(() => ({ moves: [{ from, to: join('metadata', name) }] }))
    const syncs = (): number => did.filter((what) => what === 'sync ').length
    await into('a')
    expect([syncs(), did.filter((what) => what === 'sync metadata').length]).toEqual([1, 1])
    await into('b')
    expect([syncs(), did.filter((what) => what === 'sync metadata').length]).toEqual([1, 2])
    rmSync(at('metadata'), { recursive: true })
    await into('c')
    expect(syncs()).toBe(2)
  })

  test('that is done leaves no journal to be looked for before the next one', async () => {
    await committer.change(() => coming('b'))
    did = []
    await committer.change(() => coming('c'))
    expect(did[0]).toBe('create .romi/journal.json')
  })

  test('takes the place of a file only where it may', async () => {
    const put = (over: boolean, from = join(staged(), 'm.txt')): Promise<void> =>
      committer.change(() => ({ moves: [{ from, to: 'images/a.txt', over }] }))
    await put(false)
    expect(readFileSync(at('images', 'a.txt'), 'utf8')).toBe('a')
    await put(true)
    expect(readFileSync(at('images', 'a.txt'), 'utf8')).toBe('m')
  })

  test('of which nothing is to be moved any more is done all the same', async () => {
    const from = staged()
    rmSync(at(from), { recursive: true })
    await committer.change(() => ({ moves: [{ from, to: 'masks' }] }))
    expect(existsSync(at('masks'))).toBe(false)
  })
})

describe('what is asked for at the same time', () => {
  test('is done together, each after what was asked for before it', async () => {
    await committer.idle()
    const seen: string[][] = []
    const ask = (id: string, from = staged()): Promise<void> =>
      committer.change((known) => {
        seen.push(known.filesetIds)
        return coming(id, from)
      })
    await Promise.all([ask('b'), ask('c'), ask('d')])
    expect(seen).toEqual([['images'], ['images', 'b'], ['images', 'b', 'c']])
    expect(listed()).toEqual(['images', 'b', 'c', 'd'])
    expect(rewrites()).toBe(1)
  })

  test('is refused alone where it cannot be done', async () => {
    const no = new Error('no')
    const outcomes = await Promise.allSettled([
      committer.change(() => coming('b')),
      committer.change(() => {
        throw no
      }),
      committer.change(() => coming('c')),
    ])
    expect(outcomes).toMatchObject([
      { status: 'fulfilled' },
      { status: 'rejected', reason: no },
      { status: 'fulfilled' },
    ])
    expect(listed()).toEqual(['images', 'b', 'c'])
  })

  test('knows what others claimed', async () => {
    const claims: string[] = []
    await Promise.all(
      ['one', 'two'].map((name) =>
        committer.change((_, claimed) => {
          claims.push([...claimed].join())
          claimed.add(name)
          return {}
        }),
      ),
    )
    expect(claims).toEqual(['', 'one'])
  })

  test('fails alone where the disk fails, and the others are done', async () => {
    const from = { b: staged(), c: staged() }
    let count = 0
    const broken: Disk = {
      ...disk,
      rename(source, to) {
        if (to === at('b')) {
          count++
          throw failed
        }
        disk.rename(source, to)
      },
    }
    committer = new Committer(broken, folder, () => undefined)
    const outcomes = await Promise.allSettled([
      committer.change(() => coming('b', from.b)),
      committer.change(() => coming('c', from.c)),
    ])
    expect(outcomes).toMatchObject([
      { status: 'rejected', reason: failed },
      { status: 'fulfilled' },
    ])
    expect(count).toBe(2)
    expect(listed()).toEqual(['images', 'c'])
    expect(readdirSync(at(from.b))).toEqual(['m.txt'])
  })

  test('is refused to all where the index cannot be read', async () => {
    writeFileSync(at('files.json'), '{')
    const asked = [committer.change(() => coming('b')), committer.change(() => coming('c'))]
    const damaged = expect.objectContaining({ code: 'store/scan-damaged' }) as unknown
    for (const each of asked) await expect(each).rejects.toThrow(damaged)
  })

  test('and was refused is not asked again when the disk fails for the others', async () => {
    let asked = 0
    const refused = committer.change(() => {
      asked++
      throw new Error('no')
    })
    fault = (what) => what.endsWith(' c')
    const others = ['b', 'c'].map((id) => committer.change(() => coming(id)))
    await expect(refused).rejects.toThrow('no')
    await Promise.all(others)
    expect(asked).toBe(1)
    expect(listed()).toEqual(['images', 'b', 'c'])
  })

  test('is done in the order of asking: works and changes do not meet', async () => {
    const order: string[] = []
    const work = (name: string): Promise<void> =>
      committer.work(async () => {
        order.push(`${name} begins`)
        await nextTurn()
        order.push(`${name} ends`)
      })
    const change = (name: string): Promise<void> =>
      committer.change(() => {
        order.push(name)
        return {}
      })
    await Promise.all([work('a'), work('b'), change('c'), change('d'), work('e'), change('f')])
    expect(order).toEqual([
      'a begins',
      'b begins',
      'a ends',
      'b ends',
      'c',
      'd',
      'e begins',
      'e ends',
      'f',
    ])
  })

  test('is done sixteen works at a time', async () => {
    let [now, most] = [0, 0]
    await Promise.all(
      Array.from({ length: 40 }, () =>
        committer.work(async () => {
          most = Math.max(most, ++now)
          await nextTurn()
          now--
        }),
      ),
    )
    expect(most).toBe(16)
  })

  test('is done though it was asked for while something else was on its way', async () => {
    let later: Promise<void> | undefined
    await committer.work(async () => void (later = committer.change(() => coming('b'))))
    await later
    expect(listed()).toEqual(['images', 'b'])
  })
})

describe('works', () => {
  test('that fail tell so to whoever asked, and the others are done', async () => {
    const done: string[] = []
    const outcomes = await Promise.allSettled([
      committer.work(() => Promise.reject(failed)),
      committer.work(async () => void done.push('b')),
    ])
    expect(outcomes).toMatchObject([
      { status: 'rejected', reason: failed },
      { status: 'fulfilled' },
    ])
    expect(done).toEqual(['b'])
  })

  test('on one metadata file come one after the other, on two side by side', async () => {
    const order: string[] = []
    const write = (path: string, name: string): Promise<void> =>
      committer.metadata(path, async () => {
        order.push(`${name} begins`)
        await nextTurn()
        order.push(`${name} ends`)
      })
    await Promise.all([write('a.json', 'a1'), write('a.json', 'a2'), write('b.json', 'b')])
    expect(order.indexOf('a2 begins')).toBeGreaterThan(order.indexOf('a1 ends'))
    expect(order.indexOf('b begins')).toBeLessThan(order.indexOf('a1 ends'))
  })

  test('on one metadata file never meet, whichever of them are done first', async () => {
    const order: string[] = []
    const write = (path: string, name: string, turns: number): Promise<void> =>
      committer.metadata(path, async () => {
        order.push(`${name} begins`)
        for (let i = 0; i < turns; i++) await nextTurn()
        order.push(`${name} ends`)
      })
    // The third comes when the first has ended: sixteen are on their way until then.
    const others = Array.from({ length: 14 }, (_, i) => write(`${i}.json`, 'other', 20))
    await Promise.all([
      write('a.json', 'a1', 1),
      write('a.json', 'a2', 5),
      ...others,
      write('a.json', 'a3', 1),
    ])
    const own = order.filter((what) => what.startsWith('a'))
    expect(own).toEqual(['a1', 'a2', 'a3'].flatMap((name) => [`${name} begins`, `${name} ends`]))
  })

  test('on a metadata file are done though the one before failed', async () => {
    const done: string[] = []
    const outcomes = await Promise.allSettled([
      committer.metadata('a.json', () => Promise.reject(failed)),
      committer.metadata('a.json', async () => void done.push('second')),
    ])
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
    await committer.metadata('a.json', async () => void done.push('third'))
    expect(done).toEqual(['second', 'third'])
  })
})

describe('a writer that may not write any more', () => {
  test('is told so by each request, and does nothing', async () => {
    isOurs = false
    const asked = [
      committer.change(() => coming('b')),
      committer.work(() => expect.fail('not ours')),
    ]
    for (const each of asked) await expect(each).rejects.toThrow(lost)
    expect(did).toEqual([])
    isOurs = true
    await committer.change(() => coming('b'))
    expect(listed()).toEqual(['images', 'b'])
  })

  test.each(['rename .romi/tmp/uuid files.json', 'create .romi/journal.json'])(
    'as soon as the disk did this leaves what it began to the next one: %s',
    async (last) => {
      await committer.idle()
      const from = staged()
      fault = (what) => {
        if (what === last) isOurs = false
        return false
      }
      const asked = committer.change(() => ({ ...going(), ...coming('b', from) }))
      await asked.catch((error: unknown) => expect(error).toEqual(lost))
      const begun = did.length
      isOurs = true
      fault = undefined
      expect(existsSync(journal())).toBe(true)
      expect(
        did.slice(did.indexOf(last) + 1, begun).filter((what) => what.startsWith('rename')),
      ).toEqual([])
      // The next writer.
      await new Committer(disk, folder, () => undefined).change(() => ({}))
      expect(existsSync(journal())).toBe(false)
      expect(committer.readIndex().filesetIds).toContain('b')
    },
  )
})

describe('after the disk failed', () => {
  const faults = ['fails', 'tears', 'fails after'] as const
  test.each(faults)(
    'at any operation of a change (%s), it is not done, or done, and can be done again',
    async (kind) => {
      const everything = (from: string): Change => ({
        before: [{ do: 'remove-fileset', id: 'images' }],
        moves: [
          { from: 'images', to: '.romi/retired/images-1' },
          { from, to: 'masks' },
          { from: '.romi/tmp/00000000-0000-4000-8000-000000000000', to: 'metadata/masks.json' },
        ],
        after: [{ do: 'add-fileset', id: 'masks', files: [{ id: 'm', file: 'm.txt' }] }],
      })
      for (let n = 1, isSprung = true; isSprung; n++) {
        rmSync(folder, { recursive: true })
        mkdirSync(at('images'), { recursive: true })
        writeFileSync(at('files.json'), asItWas)
        const from = staged()
        writeFileSync(at('.romi/tmp/00000000-0000-4000-8000-000000000000'), '{}')
        const faulty = new FaultyDisk()
        const own = new Committer(faulty.disk, folder, () => undefined)
        await own.idle()
        faulty.arm(n, kind)
        const error: unknown = await own
          .change(() => everything(from))
          .catch((thrown: unknown) => thrown)
        isSprung = faulty.isSprung
        faulty.disarm()
        const isThere = { images: existsSync(at('images')), masks: existsSync(at('masks')) }
        if (error === undefined) {
          expect(own.readIndex().filesetIds, `${n}`).toEqual(['masks'])
          expect(isThere).toEqual({ images: false, masks: true })
        } else {
          expect(index(), `${n}`).toBe(asItWas)
          expect(isThere).toEqual({ images: true, masks: false })
          expect(existsSync(journal()), `${n}`).toBe(false)
          await own.change(() => everything(from))
        }
        // What could not be cleared is, before the next change.
        await own.change(() => ({}))
        expect(existsSync(journal()), `${n}`).toBe(false)
        expect(own.readIndex().filesetIds).toEqual(['masks'])
        expect(readdirSync(at('metadata'))).toEqual(['masks.json'])
      }
    },
  )

  test('before anything was listed or moved, the index is not written', async () => {
    fault = (what) => what === 'sync .romi'
    await expect(committer.change(() => ({ ...coming('b'), ...going() }))).rejects.toBe(failed)
    expect(rewrites()).toBe(0)
    expect(index()).toBe(asItWas)
  })

  test('after all was listed, what came is unlisted before it moves away again', async () => {
    const from = staged()
    // The last step of the last writing of the index.
    fault = (what) => what === 'sync ' && index().includes('"b"')
    const began = committer.change(() => ({
      ...coming('b', from),
      after: [
        { do: 'add-fileset', id: 'b', files: [{ id: 'm', file: 'm.txt' }] },
        { do: 'put-files', fileset: 'images', files: [{ id: 'n', file: 'n.txt' }] },
        { do: 'move-to-end', ids: ['images'] },
      ],
    }))
    await expect(began).rejects.toBe(failed)
    expect(index()).toBe(asItWas)
    expect(existsSync(journal())).toBe(false)
    expect(readdirSync(at(from))).toEqual(['m.txt'])
    expect(indexBefore.get('rename b .romi/tmp/uuid')).not.toContain('"b"')
  })

  test('in undoing, too, the first error is told, and the next change finishes what was begun', async () => {
    await committer.change(() => ({}))
    const from = staged()
    let isDown = false
    fault = (what) => {
      isDown ||= what.endsWith(' b')
      if (isDown) throw failed
      return false
    }
    const began = committer.change(() => ({ ...coming('b', from), before: going().before }))
    await expect(began).rejects.toBe(failed)
    expect(existsSync(journal())).toBe(true)
    // As long as that is so, nothing else is done.
    await expect(committer.work(() => expect.fail('not yet'))).rejects.toBe(failed)
    fault = undefined
    await committer.change(() => ({}))
    expect(existsSync(journal())).toBe(false)
    expect(listed()).toEqual(['b'])
  })

  test('a file that took the place of another stays there: nobody has the other any more', async () => {
    const from = join(staged(), 'm.txt')
    fault = (what) => what === 'sync images'
    const began = committer.change(() => ({ moves: [{ from, to: 'images/a.txt', over: true }] }))
    await expect(began).rejects.toBe(failed)
    expect(readFileSync(at('images', 'a.txt'), 'utf8')).toBe('m')
    expect(index()).toBe(asItWas)
    expect(existsSync(journal())).toBe(false)
  })

  test('in removing what a change left, the change is done, and the rest is removed by the next', async () => {
    const aside = going()
    fault = (what) => what === 'remove .romi/tmp/uuid'
    await committer.change(() => aside)
    expect(listed()).toEqual([])
    expect(existsSync(journal())).toBe(true)
    await committer.work(async () => undefined)
    expect(existsSync(journal())).toBe(false)
    expect(readdirSync(at('.romi', 'tmp'))).toEqual([])
  })
})

describe('a journal that a killed writer left', () => {
  const leave = (text: string): void => {
    mkdirSync(at('.romi'), { recursive: true })
    writeFileSync(journal(), text)
  }

  test('is finished before anything else: what moves, is listed and is removed', async () => {
    const from = staged()
    const change = {
      before: [],
      moves: [],
      trash: ['images/a.txt'],
      after: [],
      ...coming('b', from),
    }
    leave(JSON.stringify(change))
    await committer.work(async () => expect(listed()).toEqual(['images', 'b']))
    expect(readdirSync(at('b'))).toEqual(['m.txt'])
    expect(readdirSync(at('images'))).toEqual([])
    expect(existsSync(journal())).toBe(false)
  })

  test('that was torn off is removed, and nothing of it is done', async () => {
    leave('{"before":[],"moves":[{"from":"images')
    committer.checkJournal()
    await committer.change(() => ({}))
    expect(existsSync(journal())).toBe(false)
    expect(index()).toBe(asItWas)
  })

  test('that is damaged is told by each request, and left', async () => {
    leave('rubbish')
    const damaged = expect.objectContaining({ code: 'store/journal-damaged' }) as unknown
    expect(() => committer.checkJournal()).toThrow(damaged)
    await expect(committer.change(() => ({}))).rejects.toThrow(damaged)
    await expect(committer.work(() => expect.fail('not yet'))).rejects.toThrow(damaged)
    await committer.idle()
    expect(readFileSync(journal(), 'utf8')).toBe('rubbish')
  })

  test('that is not there is in order', () => {
    expect(() => committer.checkJournal()).not.toThrow()
  })
})

test('idle waits until nothing is left to do, and does not tell what failed', async () => {
  let isDone = false
  const failing = committer.work(() => Promise.reject(failed))
  const slow = committer.work(async () => {
    await nextTurn()
    isDone = true
  })
  failing.catch(() => undefined)
  await committer.idle()
  expect(isDone).toBe(true)
  await slow
  await committer.idle()
})
