// Memory that threads share.

/** A typed array that threads share. */
export function shared<T extends Int8Array | Uint8Array | Uint16Array | Int32Array | Float32Array>(
  kind: { new (buffer: SharedArrayBuffer): T; readonly BYTES_PER_ELEMENT: number },
  length: number,
): T {
  return new kind(new SharedArrayBuffer(length * kind.BYTES_PER_ELEMENT))
}
