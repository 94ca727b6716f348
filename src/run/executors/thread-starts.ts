// When another thread is started: for work that takes longer than its start, and than compiling all anew.

/**
 * Another thread is started when the files of a step have waited for one this many times as long as the
 * first took to start. To compile what it runs takes it twice as long again; and while one works, others
 * decode and encode its images already.
 */
const PATIENCE = 6

/** A job that waits. */
interface HeldBack {
  readonly draft: string
  readonly pass: () => void
}

/**
 * The door that jobs pass on their way to the threads. Where others fill the same draft already, a job
 * waits before it while every thread that is there has one: for a thread to be free, or for the waiting
 * of all to add up to what another thread costs. All other jobs start a thread if they need one. Never are
 * there more behind the door than threads: a pool loses those that wait in it when a thread dies.
 */
export class ThreadStarts {
  readonly #most: number
  readonly #there: () => number
  readonly #held: HeldBack[] = []
  /** The drafts that the jobs at work fill. */
  readonly #working: string[] = []
  /** How long all jobs have to wait until another thread is started, in ms; not known at first. */
  #price: number | undefined
  /** How long they waited of that, up to `#since`. */
  #paid = 0
  #since = 0
  #timer: NodeJS.Timeout | undefined

  /**
   * @param most how many threads there may be
   * @param there how many were started and did not end
   */
  constructor(most: number, there: () => number) {
    this.#most = most
    this.#there = there
  }

  /** The first thread has begun to work. @param start how long that took, in ms */
  begun(start: number): void {
    if (this.#price !== undefined) return
    this.#price = PATIENCE * start
    this.#since = performance.now()
    this.#look()
  }

  /** Waits for a thread, or until one may be started. After this, `leave` is to be called. */
  async enter(draft: string, signal: AbortSignal): Promise<void> {
    const isFree = this.#working.length < this.#there()
    const mayStart = this.#hasRoom() && !this.#working.includes(draft)
    if (isFree || mayStart || signal.aborted) {
      this.#working.push(draft)
      return
    }
    await new Promise<void>((resolve) => {
      const stop = (): void => this.#admit(held)
      const pass = (): void => {
        signal.removeEventListener('abort', stop)
        resolve()
      }
      const held = { draft, pass }
      signal.addEventListener('abort', stop)
      this.#count()
      this.#held.push(held)
      this.#look()
    })
  }

  /** A job is done: the next one that fills its draft takes its thread, or the one that waited longest. */
  leave(draft: string): void {
    this.#working.splice(this.#working.indexOf(draft), 1)
    const next = this.#held.find((held) => held.draft === draft) ?? this.#held.at(0)
    if (next && this.#hasRoom()) this.#admit(next)
  }

  /** Nobody waits any more. */
  close(): void {
    while (this.#held.length > 0) this.#admit(this.#held[0])
  }

  #admit(held: HeldBack): void {
    this.#count()
    this.#held.splice(this.#held.indexOf(held), 1)
    this.#working.push(held.draft)
    held.pass()
    this.#look()
  }

  #hasRoom(): boolean {
    return this.#working.length < this.#most
  }

  /** Adds what was waited since the last time. */
  #count(): void {
    const now = performance.now()
    this.#paid += this.#held.length * (now - this.#since)
    this.#since = now
  }

  /** Sets the time at which those who wait now will have waited long enough. */
  #look(): void {
    clearTimeout(this.#timer)
    if (this.#price === undefined || this.#held.length === 0 || !this.#hasRoom()) return
    const left = (this.#price - this.#paid) / this.#held.length
    this.#timer = setTimeout(() => {
      this.#count()
      this.#paid = 0
      this.#admit(this.#held[0])
    }, left)
  }
}
