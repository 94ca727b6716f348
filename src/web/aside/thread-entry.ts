// What the thread beside the server runs: one job.
import { isRomiError } from '../../base/errors.ts'
import type { AsideOutcome } from './aside.ts'
import { doAside, type AsideJob } from './work.ts'

/** An error of ours is a value on its way between threads, where it would lose its code. */
export default async function doInThread(job: AsideJob): Promise<AsideOutcome> {
  try {
    return { is: 'done', ...(await doAside(job)) }
  } catch (error) {
    if (!isRomiError(error)) throw error
    return { is: 'refused', code: error.code, message: error.message }
  }
}
