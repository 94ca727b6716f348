// What people and other programs do to a scan past every lock, while writers work on it.
//
// Each is one step that the kills of these tests do not split: nothing is awaited in it.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemCode } from '../../../src/base/errors.ts'

const pick = <T>(items: readonly T[]): T | undefined =>
  items[Math.floor(Math.random() * items.length)]

/** Does something with files that a writer may be moving away at this moment. */
function unlessGone<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) return undefined
    throw error
  }
}

let edits = 0

/**
 * Somebody corrects a file that `Upper` made.
 * @returns what stands in it now, and in no other file, and what stood in it before
 */
export function edit(scan: string): { readonly now: string; readonly before: string } | undefined {
  return unlessGone(() => {
    const fileset = pick(readdirSync(scan).filter((name) => name.startsWith('Upper_')))
    if (fileset === undefined) return undefined
    const file = pick(readdirSync(join(scan, fileset)))
    if (file === undefined) return undefined
    // Of one length: what is written over a longer text, in place, would leave the end of that.
    const now = `by-hand-${process.pid}-${Date.now()}-${edits++}`.padEnd(48, '.')
    // It must be there: what is written anew in a folder that is gone is no correction.
    const before = readFileSync(join(scan, fileset, file), 'utf8')
    writeFileSync(join(scan, fileset, file), now, { flag: 'r+' })
    return { now, before }
  })
}

/** A photograph is replaced and put back, so that it is as it was but for its stamp. */
export function replaceAndPutBack(scan: string): void {
  unlessGone(() => {
    const name = pick(readdirSync(join(scan, 'images')))
    if (name === undefined) return
    const path = join(scan, 'images', name)
    const bytes = readFileSync(path)
    writeFileSync(path, 'another photograph')
    // As long as a copy takes: whoever reads meanwhile reads the other one.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3)
    writeFileSync(path, bytes)
  })
}

interface Index {
  readonly filesets: readonly { readonly id: string }[]
}

/** A program that keeps files.json in memory writes it back without what was made meanwhile. */
export function dropRows(scan: string): void {
  unlessGone(() => {
    const path = join(scan, 'files.json')
    // Safe: the store wrote it.
    const { filesets } = JSON.parse(readFileSync(path, 'utf8')) as Index
    // A corrected one would not be whole, and so not be listed again: those of Upper stay.
    const kept = filesets.filter(({ id }) => !/^(?:Join|Count)_/.test(id) || Math.random() < 0.3)
    writeFileSync(path, JSON.stringify({ filesets: kept }))
  })
}
