// Where a worker thread begins.
import { keepCompiledCode } from '../../base/compiled-code.ts'

keepCompiledCode()
const thread = await import('./thread.ts')

export default thread.workInThread
