// What is costly to make is made once.

/** Where values are kept by key, such as a `Map` or a `WeakMap`. */
interface Kept<K, V> {
  get(key: K): V | undefined
  set(key: K, value: V): unknown
}

/** The value of a key; it is made, and kept, where it is not known yet. */
export function remember<K, V>(known: Kept<K, V>, key: K, make: () => V): V {
  const value = known.get(key) ?? make()
  known.set(key, value)
  return value
}

/** A function that makes its value when it is first asked for it. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => (made ??= { value: make() }).value
}
