// A few at a time: the same work for many items, without starting it for all at once.

/**
 * Calls `work` for each item, at most `limit` at a time, in the items' order.
 *
 * After a failure nothing more is started; it throws the first one when all that ran have ended.
 */
export async function forEachLimited<T>(
  items: Iterable<T>,
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const rest = items[Symbol.iterator]()
  let failed: { readonly error: unknown } | undefined
  const lane = async (): Promise<void> => {
    while (!failed) {
      const next = rest.next()
      if (next.done) return
      try {
        await work(next.value)
      } catch (error) {
        failed ??= { error }
      }
    }
  }
  await Promise.all(Array.from({ length: limit }, lane))
  // Read through a function: the compiler does not see that the lanes assign it.
  const failure = ((): typeof failed => failed)()
  if (failure) throw failure.error
}
