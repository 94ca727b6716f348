// A process that takes turns with others: `lock-user.ts DATABASE FOLDER TURNS`; then dies, holding.
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { FSDB } from '../../../src/fsdb/fsdb.ts'
import { enter, leave } from '../../support/presence.ts'

const [root, folder, turns] = process.argv.slice(2)
const inside = join(folder, 'inside')

const db = new FSDB(root)
for (let turn = 1; turn <= Number(turns); turn++) {
  await db.connect({ wait: true })
  const other = enter(inside)
  appendFileSync(join(folder, 'log'), other === undefined ? 'alone\n' : `together with ${other}\n`)
  // Long enough for another to come in, if it could.
  await new Promise((resolve) => setTimeout(resolve, 2))
  db.assertLock()
  if (turn === Number(turns)) process.kill(process.pid, 'SIGKILL')
  leave(inside)
  await db.disconnect()
}
