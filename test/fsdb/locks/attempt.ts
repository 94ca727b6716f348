// A process that tries to take a whole database, and tells what came of it: `attempt.ts DATABASE [wait]`.
import { isRomiError } from '../../../src/base/errors.ts'
import { FSDB } from '../../../src/fsdb/fsdb.ts'

const [root, how] = process.argv.slice(2)
const db = new FSDB(root)
try {
  await db.connect({ wait: how === 'wait' })
  await db.disconnect()
  console.log('connected')
} catch (error) {
  if (!isRomiError(error)) throw error
  console.log(error.code)
}
