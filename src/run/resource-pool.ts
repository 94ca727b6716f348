// Who may work when: jobs wait by priority until enough threads and memory are free.
import { availableParallelism, totalmem } from 'node:os'
import PQueue, { type QueueAddOptions } from 'p-queue'
import type { Limits } from '../task/task.ts'

/** What a job takes while it runs. */
interface Demand extends QueueAddOptions {
  readonly threads: number
  /** In MB; of a large job 0. */
  readonly memory: number
  /** It may take most of the memory: one such job works at a time. */
  readonly isLarge: boolean
}

type Start = () => Promise<unknown>

/** The threads and the memory of this machine, given to one job after another. */
export class ResourcePool {
  readonly threads: number
  /** The cores of a node, if jobs run on other machines: each then takes one place here. */
  readonly #coresOfNode: number | undefined
  readonly #queue: PQueue<WaitingLine, Demand>
  #freeThreads: number
  #freeMemory: number
  #largeAtWork = 0

  /** @param threads how many threads jobs may keep busy together */
  constructor(
    threads: number = availableParallelism(),
    memory: number = totalmem() / 1e6,
    coresOfNode?: number,
  ) {
    this.threads = threads
    this.#coresOfNode = coresOfNode
    this.#freeThreads = threads
    this.#freeMemory = memory
    const fits = (need: Demand) => this.#fits(need)
    const isPassedOver = ({ isLarge }: Demand) => isLarge && this.#largeAtWork > 0
    this.#queue = new PQueue<WaitingLine, Demand>({
      queueClass: class extends WaitingLine {
        constructor() {
          super(fits, isPassedOver)
        }
      },
    })
    // A job that ends starts one other only, though it may leave room for several: starting anew fills it.
    this.#queue.on('next', () => {
      this.#queue.pause()
      this.#queue.start()
    })
  }

  /** Places for jobs that run on other machines, where a scheduler gives them cores and memory. */
  static ofJobs(jobs: number, coresOfNode: number): ResourcePool {
    return new ResourcePool(jobs, Infinity, coresOfNode)
  }

  /** How many threads a job of these limits is given, without those to spare. A node spares all. */
  threadsOf({ cpu = 1 }: Limits): number {
    const most = this.#coresOfNode ?? this.threads
    if (cpu === 'spare') return this.#coresOfNode ?? 1
    return cpu === 'all' ? most : Math.min(cpu, most)
  }

  /**
   * Does `work` when its turn comes; the longest path of what remains goes first.
   *
   * @param work is told how many threads it may use beside its own. They are not kept for it: a job
   *             that comes later shares them for a while, rather than to wait.
   */
  async use<T>(
    limits: Limits,
    priority: number,
    work: (spareThreads: number) => Promise<T>,
  ): Promise<T> {
    const isHere = this.#coresOfNode === undefined
    const threads = isHere ? this.threadsOf(limits) : 1
    const { memory = 0 } = limits
    const isLarge = isHere && memory === 'large'
    const need = { threads, memory: memory === 'large' ? 0 : memory, isLarge, priority }
    return this.#queue.add(async () => {
      this.#take(need, -1)
      try {
        const maySpare = isHere && limits.cpu === 'spare' && this.#queue.size === 0
        return await work(maySpare ? Math.max(0, this.#freeThreads) : 0)
      } finally {
        this.#take(need, 1)
      }
    }, need)
  }

  #take({ threads, memory, isLarge }: Demand, sign: 1 | -1): void {
    this.#freeThreads += sign * threads
    this.#freeMemory += sign * memory
    if (isLarge) this.#largeAtWork -= sign
  }

  /** A job that wants more memory than there is runs alone. */
  #fits({ threads, memory }: Demand): boolean {
    const isAlone = this.#freeThreads === this.threads
    return isAlone || (threads <= this.#freeThreads && memory <= this.#freeMemory)
  }
}

interface Waiting {
  readonly start: Start
  readonly need: Demand
}

/**
 * The waiting line: by priority, then by age. While its first has no room it shows itself as empty,
 * so that a job that needs the whole machine does not wait forever. Large jobs are passed over as long
 * as one is at work, whose end leaves room for the next: then the one with the least of its scan left,
 * behind which small jobs soon keep the other cores busy.
 */
class WaitingLine {
  readonly #fits: (need: Demand) => boolean
  readonly #isPassedOver: (need: Demand) => boolean
  readonly #line: Waiting[] = []

  constructor(fits: (need: Demand) => boolean, isPassedOver: (need: Demand) => boolean) {
    this.#fits = fits
    this.#isPassedOver = isPassedOver
  }

  get size(): number {
    const next = this.#next()
    return next >= 0 && this.#fits(this.#line[next].need) ? this.#line.length : 0
  }

  #next(): number {
    const first = this.#line.findIndex(({ need }) => !this.#isPassedOver(need))
    if (first < 0 || !this.#line[first].need.isLarge) return first
    const least = this.#line.findLast(({ need }) => need.isLarge)?.need.priority
    return this.#line.findIndex(({ need }) => need.isLarge && need.priority === least)
  }

  enqueue(start: Start, options?: Partial<Demand>): void {
    const need: Demand = { threads: 1, memory: 0, isLarge: false, ...options }
    const priority = need.priority ?? 0
    const at = this.#line.findLastIndex((waiting) => (waiting.need.priority ?? 0) >= priority)
    this.#line.splice(at + 1, 0, { start, need })
  }

  dequeue(): Start | undefined {
    const next = this.#next()
    return next < 0 ? undefined : this.#line.splice(next, 1)[0].start
  }

  filter(options: Readonly<Partial<Demand>>): Start[] {
    return this.#line
      .filter(({ need }) => need.priority === options.priority)
      .map(({ start }) => start)
  }

  setPriority(): void {
    throw new Error('a job keeps its priority')
  }
}
