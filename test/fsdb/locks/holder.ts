// A process that holds a database until it is ended: `holder.ts DATABASE [throw | SCAN]`; SCAN is written first.
import { FSDB } from '../../../src/fsdb/fsdb.ts'

const [root, end] = process.argv.slice(2)
const db = new FSDB(root)
await db.connect({ info: { run: 'holder' } })
if (end !== undefined && end !== 'throw')
  await (await db.getScan(end)).setMetadata({ by: 'holder' })
process.send?.('connected')
if (end === 'throw')
  setImmediate(() => {
    throw new Error('by the test')
  })
setInterval(() => undefined, 1_000)
