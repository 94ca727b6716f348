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
