// A process that takes turns with others: `lock-user.ts DATABASE FOLDER TURNS`; then dies, holding.
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemCode } from '../../../src/base/errors.ts'
import { FSDB } from '../../../src/fsdb/fsdb.ts'

const [root, folder, turns] = process.argv.slice(2)
const inside = join(folder, 'inside')
const log = join(folder, 'log')

/** A process that was killed but not yet asked for by its parent (state Z) does nothing any more. */
function isAlive(pid: string): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes(systemCode(error) ?? '')) return false
    throw error
  }
}

/** Tells if another living process is in here with us. */
function enter(): string {
  for (;;) {
    try {
      writeFileSync(inside, String(process.pid), { flag: 'wx' })
      return 'alone'
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error
      if (isAlive(readFileSync(inside, 'utf8')))
        return `together with ${readFileSync(inside, 'utf8')}`
      rmSync(inside)
    }
  }
}

const db = new FSDB(root)
for (let turn = 1; turn <= Number(turns); turn++) {
  await db.connect({ wait: true })
  appendFileSync(log, `${enter()}\n`)
  // Long enough for another to come in, if it could.
  await new Promise((resolve) => setTimeout(resolve, 2))
  db.assertLock()
  if (turn === Number(turns)) process.kill(process.pid, 'SIGKILL')
  rmSync(inside)
  await db.disconnect()
}
