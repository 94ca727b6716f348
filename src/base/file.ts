// What codecs and tasks know of a file: bytes under a name. The store's files are such files.

/** A file whose bytes can be read. */
export interface ReadableFile {
  /** Its id: the name without the extension. */
  readonly id: string
  /** Its name with the extension, such as `00000_rgb.png`. */
  readonly filename: string
  /** Where it lies, for error messages and for programs that want a path. */
  readonly path: string
  read(): Promise<Uint8Array>
}

/** A file whose bytes can be written, once, as a whole. */
export interface WritableFile {
  readonly id: string
  /** @param extension without the dot, such as `png`; the file's name is `id.extension` */
  write(bytes: Uint8Array, extension: string): Promise<void>
}
