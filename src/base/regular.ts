// Regular files only: a pipe, a socket or a device would be waited for without an end.
import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { RomiError, systemCode } from './errors.ts'

/** Waits for nobody at the other end of a pipe, and takes no terminal over; Windows has neither flag. */
const unwaiting = process.platform === 'win32' ? 0 : constants.O_NONBLOCK | constants.O_NOCTTY

/** What lies at a path that is no regular file, in words. */
function kindOf(stat: Stats): string {
  if (stat.isFIFO()) return 'a pipe'
  if (stat.isSocket()) return 'a socket'
  return stat.isCharacterDevice() || stat.isBlockDevice() ? 'a device' : 'no regular file'
}

/** @throws RomiError `store/no-file`; `EISDIR`, as the system says it, for a folder */
export function assertRegular(stat: Stats, path: string): void {
  if (stat.isFile()) return
  if (stat.isDirectory())
    throw Object.assign(new Error(`EISDIR: ${path} is a folder`), { code: 'EISDIR' })
  throw new RomiError(
    'store/no-file',
    `${path} is ${kindOf(stat)}, and only regular files are read: move it away, or put a file in its place`,
    { facts: { path } },
  )
}

/** Opens a regular file, to be closed by the caller. @throws RomiError `store/no-file` */
export function openRegular(path: string, flags: number = constants.O_RDONLY): number {
  return opened(path, flags, (stat) => assertRegular(stat, path))
}

function opened(path: string, flags: number, check: (stat: Stats) => void): number {
  const descriptor = openOrRefuse(path, flags)
  try {
    check(fstatSync(descriptor))
  } catch (error) {
    closeSync(descriptor)
    throw error
  }
  return descriptor
}

function openOrRefuse(path: string, flags: number): number {
  try {
    return openSync(path, flags | unwaiting, 0o666)
  } catch (error) {
    return refuse(path, error)
  }
}

/** As `openRegular`, without keeping this thread. */
export async function openRegularHandle(path: string): Promise<FileHandle> {
  const handle = await open(path, constants.O_RDONLY | unwaiting).catch((error: unknown) =>
    refuse(path, error),
  )
  try {
    assertRegular(await handle.stat(), path)
  } catch (error) {
    await handle.close()
    throw error
  }
  return handle
}

/** Opens a folder or a regular file, to have it on the disk; to be closed by the caller. */
export function openFolderOrRegular(path: string): number {
  return opened(path, constants.O_RDONLY, (stat) => {
    if (!stat.isDirectory()) assertRegular(stat, path)
  })
}

/** Up to this size a file is read and written at once, and synchronously: a tenth of the time of a small one. */
export const fewBytes = 1 << 18

/** The bytes of a regular file if they are few; `undefined` if it has more. @throws RomiError `store/no-file` */
export function readFewBytes(path: string): Uint8Array | undefined {
  const file = openRegular(path)
  try {
    return fstatSync(file).size <= fewBytes ? readFileSync(file) : undefined
  } finally {
    closeSync(file)
  }
}

/** The bytes of a regular file. @throws RomiError `store/no-file` */
export async function readRegular(path: string): Promise<Uint8Array> {
  const few = readFewBytes(path)
  if (few) return few
  const handle = await openRegularHandle(path)
  try {
    return await handle.readFile()
  } finally {
    await handle.close()
  }
}

/** A socket, and a pipe that nobody reads, cannot even be opened. */
function refuse(path: string, error: unknown): never {
  if (systemCode(error) !== 'ENXIO') throw error
  throw new RomiError(
    'store/no-file',
    `${path} is a pipe, a socket or a device, and only regular files are read: move it away`,
    { cause: error, facts: { path } },
  )
}
