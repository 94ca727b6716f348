// A process that holds a database until it is ended: `holder.ts DATABASE [throw]`.
import { FSDB } from '../../../src/fsdb/fsdb.ts'

const [root, end] = process.argv.slice(2)
const db = new FSDB(root)
await db.connect({ info: { run: 'holder' } })
process.send?.('connected')
if (end === 'throw')
  setImmediate(() => {
    throw new Error('by the test')
  })
setInterval(() => undefined, 1_000)
