// Which fileset of a scan holds its photographs, and which of its files are pictures.
import type { File } from '../../fsdb/file.ts'
import type { Fileset } from '../../fsdb/fileset.ts'
import type { Scan } from '../../fsdb/scan.ts'

const showable = /^(?:jpe?g|png|tiff?|webp)$/i

/** True of a file that can be shown as a picture. */
export const isShowable = (file: Pick<File, 'extension'>): boolean => showable.test(file.extension)

/**
 * The fileset of photographs: `images`, else the first whose id has that word, as ROMI's viewer
 * looks for it; else those of a virtual plant: of several variants that of today, or the last one.
 *
 * @param today  the filesets that the pipeline makes as it stands
 */
export async function photographFileset(
  scan: Scan,
  today: ReadonlySet<string> = new Set(),
): Promise<Fileset | undefined> {
  const ids = await scan.filesetIds()
  const virtual = ids.filter((one) => one.startsWith('VirtualScan'))
  const id =
    ids.find((one) => one === 'images') ??
    ids.find((one) => /images/i.test(one)) ??
    virtual.findLast((one) => today.has(one)) ??
    virtual.at(-1)
  return id && scan.getFileset(id)
}
