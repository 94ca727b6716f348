// Writers killed at any moment: the next one goes on by itself, and nothing listed is ever half.
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import { builtScript } from '../support/built-script.ts'
import { scratchFolder } from '../support/scratch.ts'
import { contents, leftovers, signedBytes } from '../support/whole.ts'

const work = scratchFolder('kill')
afterAll(() => rmSync(work, { recursive: true }))

function startWriter(root: string, outside: string): ChildProcess {
  return fork(builtScript('test/fsdb/busy-writer.ts'), [root, outside], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
}

/** Kills a writer at a random moment after it connected. */
async function killOne(root: string, outside: string): Promise<NodeJS.Signals | null> {
  const writer = startWriter(root, outside)
  await once(writer, 'message')
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 120))
  writer.kill('SIGKILL')
  const [, signal] = (await once(writer, 'exit')) as [number | null, NodeJS.Signals | null]
  return signal
}

async function lane(name: string, kills: number): Promise<void> {
  const root = join(work, name)
  const outside = join(work, `${name}-outside`)
  mkdirSync(outside)
  for (let i = 0; i < 5; i++)
    writeFileSync(join(outside, `i${i}.txt`), signedBytes(`i${i}`, 10_000))
  await FSDB.create(root)
  for (let i = 0; i < kills; i++) {
    // It takes the dead one's lock over: nobody removes anything by hand.
    expect(await killOne(root, outside)).toBe('SIGKILL')
    expect((await contents(root)).wrong).toEqual([])
    if (i % 5 !== 4) continue
    const next = new FSDB(root)
    await next.connect()
    expect((await contents(root)).wrong).toEqual([])
    for (const scan of await next.getScans())
      for (const draft of await scan.drafts()) expect(draft.label).toBe('Slow')
    for (const scan of await next.getScans()) await scan.clean({ drafts: true })
    expect(await leftovers(root)).toEqual([])
    await next.disconnect()
  }
}

describe('a database whose writers are killed with SIGKILL at any moment', () => {
  test.concurrent.each(['a', 'b', 'c'])(
    'opens again each time with all that is listed whole: 70 kills (%s)',
    (name) => lane(name, 70),
  )
})
