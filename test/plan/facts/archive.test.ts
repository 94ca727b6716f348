// Which records a scan keeps of filesets that are gone.
import { describe, expect, test } from 'vitest'
import { RomiError } from '../../../src/base/errors.ts'
import type { Scan } from '../../../src/fsdb/scan.ts'
import {
  keepRecords,
  keptRecordFiles,
  keptRecords,
  prunableRecords,
} from '../../../src/plan/facts/archive.ts'
import type { MadeFileset } from '../../../src/plan/facts/facts.ts'
import { recordWith } from '../../support/records.ts'

/** The folder of records of a scan, in memory; `refuse` is what its disk says. */
class Records {
  readonly texts = new Map<string, string>()
  refuse: Error | undefined

  names(): string[] {
    return [...this.texts.keys()].sort()
  }

  read(name: string): string {
    if (this.refuse) throw this.refuse
    return this.texts.get(name)!
  }

  write(name: string, text: string): Promise<void> {
    if (this.refuse) return Promise.reject(this.refuse)
    this.texts.set(name, text)
    return Promise.resolve()
  }

  remove(names: readonly string[]): Promise<void> {
    for (const name of names) this.texts.delete(name)
    return Promise.resolve()
  }

  /** Safe: the archive asks a scan for nothing else. */
  get scan(): Scan {
    return { records: this } as unknown as Scan
  }
}

describe('the archive of a scan', () => {
  const runOf = (i: number) => `20260503T0102${String(i).padStart(5, '0')}-abcdef`
  const made = (i: number, id = `Masks_${i}`): MadeFileset => ({
    id,
    task: 'Masks',
    record: recordWith({ made: { ...recordWith().made, at: `2026-${1000 + i}`, run: runOf(i) } }),
  })

  test('keeps one file a run, and reads all records back, the latest last', async () => {
    const records = new Records()
    await keepRecords(records.scan, [made(2), made(1, 'a'), made(1, 'b')])
    expect(records.names()).toEqual([`${runOf(1)}.json`, `${runOf(2)}.json`])
    expect(keptRecords(records.scan)).toEqual([made(1, 'a'), made(1, 'b'), made(2)])
    // Once kept, a run’s records are not written again.
    await keepRecords(records.scan, [made(1, 'other')])
    expect(keptRecords(records.scan)).toHaveLength(3)
  })

  test('orders records by the time when they were made, whatever their files are called', async () => {
    const records = new Records()
    const late = {
      ...made(9),
      record: { ...made(9).record, made: { ...made(9).record.made, run: runOf(0) } },
    }
    await keepRecords(records.scan, [late, made(5), made(3)])
    expect(keptRecords(records.scan).map(({ id }) => id)).toEqual(['Masks_3', 'Masks_5', 'Masks_9'])
  })

  test('forgets those of long ago, but never of what is there, nor what is not its own', async () => {
    const records = new Records()
    const there = made(0)
    await keepRecords(records.scan, [there])
    records.texts.set('notes.json', 'by hand')
    for (let i = 1; i <= keptRecordFiles + 2; i++) records.texts.set(`${runOf(i)}.json`, '[]')
    expect(prunableRecords(records.scan, [there])).toEqual([`${runOf(1)}.json`, `${runOf(2)}.json`])
    await keepRecords(records.scan, [there])
    expect(records.texts.size).toBe(keptRecordFiles + 2)
    expect(records.texts.has('notes.json')).toBe(true)
    expect(records.texts.has(`${runOf(0)}.json`)).toBe(true)
  })

  test('passes over what cannot be read', () => {
    const records = new Records()
    const { id, task, record } = made(1)
    const entry = { id, task_name: task, romi: record }
    const wrong = [
      1,
      null,
      {},
      { ...entry, id: 1 },
      { ...entry, task_name: 1 },
      { ...entry, romi: 1 },
    ]
    records.texts.set('a.json', JSON.stringify([...wrong, entry]))
    records.texts.set('b.json', '{')
    records.texts.set('c.json', '{}')
    expect(keptRecords(records.scan)).toEqual([made(1)])
    const denied = Object.assign(new Error('denied'), { code: 'EACCES' })
    for (const error of [denied, new RomiError('store/file-missing', 'gone')]) {
      records.refuse = error
      expect(keptRecords(records.scan)).toEqual([])
    }
    for (const error of [new RomiError('store/link-outside', 'out'), new Error('ours')]) {
      records.refuse = error
      expect(() => keptRecords(records.scan)).toThrow(error)
    }
  })

  test('is only missed where the disk refuses it; a lock that was lost ends all', async () => {
    const records = new Records()
    const keep = () => keepRecords(records.scan, [made(1)])
    records.refuse = Object.assign(new Error('full'), { code: 'ENOSPC' })
    await keep()
    records.refuse = new RomiError('store/file-missing', 'gone')
    await keep()
    expect(records.texts.size).toBe(0)
    for (const error of [new RomiError('store/lock-lost', 'lost'), new Error('ours')]) {
      records.refuse = error
      await expect(keep()).rejects.toBe(error)
    }
  })
})
