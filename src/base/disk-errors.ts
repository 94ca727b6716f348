// Errors of the disk in words that a person can act upon.
import type { ErrorCode } from './codes.ts'
import { RomiError, systemCode } from './errors.ts'

const troubles: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  ENOSPC: ['store/disk-full', 'the disk is full: make room and try again'],
  EDQUOT: ['store/disk-full', 'your quota on this disk is used up: make room and try again'],
  EACCES: [
    'store/no-permission',
    'permission denied: check owner and mode of it and of its folder',
  ],
  EPERM: ['store/no-permission', 'not permitted: check owner and mode of it and of its folder'],
  EROFS: ['store/read-only', 'the filesystem is read-only: mount it writable or copy the database'],
  EMFILE: ['store/too-many-open-files', 'too many open files: raise `ulimit -n` and try again'],
  ENFILE: ['store/too-many-open-files', 'the system has too many open files: close some programs'],
  EISDIR: ['store/no-file', 'a folder is in the place of this file: move it away'],
  EIO: ['store/disk-error', 'the disk reports an error: check it before you go on'],
}

/**
 * An error of the system as one that a person can act upon, if it is such a one.
 * @param path of what it is about; of a full disk it may be unknown
 */
export function explainDiskError(error: unknown, path: string | undefined): unknown {
  const trouble = troubles[systemCode(error) ?? '']
  if (!trouble || error instanceof RomiError) return error
  const [code, text] = trouble
  if (path !== undefined)
    return new RomiError(code, `${path}: ${text}`, { cause: error, facts: { path } })
  return code === 'store/disk-full' ? new RomiError(code, text, { cause: error }) : error
}
