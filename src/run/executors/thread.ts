// What a worker thread does: loads the library once, then performs jobs.
import { loadLibrary, type LibraryOrigin } from '../../task/modules.ts'
import type { Library } from '../../task/library.ts'
import type { JobEvent, JobOutcome } from '../job.ts'
import { perform } from '../perform.ts'
import type { ComingJobs, ThreadTask } from './threads.ts'

const libraries = new Map<string, Promise<Library>>()

function libraryFrom(origin: LibraryOrigin): Promise<Library> {
  const key = JSON.stringify(origin)
  const known = libraries.get(key) ?? loadLibrary(origin)
  libraries.set(key, known)
  return known
}

/** What a thread is asked to do: a job, or to be ready for one. */
export async function workInThread(
  asked: ThreadTask | ComingJobs,
): Promise<JobOutcome | undefined> {
  if ('job' in asked) return performInThread(asked)
  await libraryFrom(asked.library)
  return undefined
}

/** Performs one job; whoever stops it ends the thread. */
export async function performInThread({ job, port }: ThreadTask): Promise<JobOutcome> {
  const tell = (event: JobEvent) => port.postMessage(event)
  try {
    const library = await libraryFrom(job.library)
    port.postMessage('begun')
    return await perform(job, library, new AbortController().signal, tell)
  } finally {
    // After this nothing more is told: what was told has then arrived.
    port.postMessage('end')
    port.close()
  }
}
