// What the threads of `spreadJobs` tell one another.

/** What a thread is given; `next` counts the parts that were taken. */
export interface WorkerAssignment {
  readonly module: string
  readonly name: string
  readonly job: unknown
  readonly count: number
  readonly next: Int32Array<SharedArrayBuffer>
}

/** What a thread tells when it has done a part, or found none left. */
export interface Delivery {
  readonly done?: { readonly part: number; readonly result: unknown }
  /** Whether it waits for another assignment. */
  readonly isFree: boolean
}
