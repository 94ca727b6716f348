// Maps whose keys come from people or files: `constructor` and `__proto__` are keys like any other.

/** The value that a map itself has under a key; never one that every object inherits. */
export const ownValue = <T>(map: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(map, key) ? map[key] : undefined

/** Puts a value under a key; `map[key] = value` would turn the map's prototype at `__proto__`. */
export function setOwn<T>(map: Record<string, T>, key: string, value: NoInfer<T>): void {
  Object.defineProperty(map, key, { value, writable: true, enumerable: true, configurable: true })
}
