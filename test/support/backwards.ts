// A disk that lists folders from the last name to the first: no order of entries can be relied on.
import { realDisk, type Disk } from '../../src/base/system.ts'

export const backwards: Disk = {
  ...realDisk,
  list: (path) => realDisk.list(path)?.toSorted((one, other) => (one.name < other.name ? 1 : -1)),
}
