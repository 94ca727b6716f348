// A disk that stops: what a process that is killed at its n-th write leaves behind.
import { RomiError } from '../base/errors.ts'
import { realDisk, type Disk } from '../base/system.ts'

/** A disk on which nothing changes any more from the n-th change on. */
export function stoppingDisk(n: number): { readonly disk: Disk; hasStopped(): boolean } {
  let left = n
  const step = (): void => {
    if (--left <= 0) throw new RomiError('testing/stopped', 'stopped here')
  }
  const disk: Disk = {
    ...realDisk,
    create: async (path, bytes) => (step(), realDisk.create(path, bytes)),
    createLoose: async (path, bytes) => (step(), realDisk.createLoose(path, bytes)),
    append: (path, text) => (step(), realDisk.append(path, text)),
    copy: async (from, to) => (step(), realDisk.copy(from, to)),
    rename: (from, to) => (step(), realDisk.rename(from, to)),
    makeFolder: (path) => (step(), realDisk.makeFolder(path)),
    remove: async (path) => (step(), realDisk.remove(path)),
  }
  return { disk, hasStopped: () => left <= 0 }
}
