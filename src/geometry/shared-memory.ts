// Memory that threads share.

type SharedNumbers = Int8Array | Uint8Array | Uint16Array | Int32Array | Float32Array | Float64Array

interface ArrayKind<T extends SharedNumbers> {
  new (buffer: SharedArrayBuffer): T
  readonly BYTES_PER_ELEMENT: number
}

/** A typed array that threads share. */
export function shared<T extends SharedNumbers>(kind: ArrayKind<T>, length: number): T {
  return new kind(new SharedArrayBuffer(length * kind.BYTES_PER_ELEMENT))
}

/** The same numbers where threads share them, instead of a copy for each of them. */
export function inSharedMemory<T extends SharedNumbers>(values: T): T {
  if (values.buffer instanceof SharedArrayBuffer) return values
  // Safe: what made an array makes more of its kind.
  const copy = shared(values.constructor as ArrayKind<T>, values.length)
  copy.set(values)
  return copy
}
