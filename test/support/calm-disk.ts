// A disk on which every file was last changed an hour ago: none may change within a tick of the clock.
import { realDisk, type Disk } from '../../src/base/system.ts'

const hourMs = 3_600_000

export const calmDisk: Disk = {
  ...realDisk,
  stat: (at) => {
    const stat = realDisk.stat(at)
    if (stat) {
      stat.mtimeMs -= hourMs
      stat.ctimeMs -= hourMs
    }
    return stat
  },
}
