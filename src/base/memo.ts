// What is costly to make is made once.

/** The value of a key; it is made, and kept, where it is not known yet. */
export function remember<K, V>(known: Map<K, V>, key: K, make: () => V): V {
  const value = known.get(key) ?? make()
  known.set(key, value)
  return value
}
