// One scan: asked for when it is looked at, and again whenever it changed.
import type { Organs, PipelineShown, Plant, Skeleton } from '../../api.ts'
import { address, askJson, withQuery } from './fetch.ts'
import type { LoadedAnswer } from './loaded.ts'
import { pipelineTurns, turns } from './store.ts'
import { useLoaded } from './use-loaded.ts'

/** All that is known of a scan. */
export const usePlant = (scan: string): LoadedAnswer<Plant> =>
  useLoaded(
    scan,
    (signal) => askJson<Plant>(address('plants', scan), signal),
    turns.value.get(scan) ?? 0,
  )

/** Organs of a fileset; undefined asks nothing. Those that came with the plant are not asked for. */
export function useOrgans(
  { row: { id: scan }, organs: known }: Plant,
  fileset: string | undefined,
): LoadedAnswer<Organs> {
  const isKnown = known !== undefined && known.fileset === fileset
  const asked = useLoaded(isKnown ? undefined : fileset && `${scan}/${fileset}`, (signal) =>
    askJson<Organs>(withQuery(address('plants', scan, 'organs'), { fileset }), signal),
  )
  return isKnown ? { is: 'there', value: known, isOld: false } : asked
}

/** Middle lines of a fileset; undefined asks nothing. */
export const useSkeleton = (scan: string, fileset: string | undefined): LoadedAnswer<Skeleton> =>
  useLoaded(fileset && `${scan}/${fileset}`, (signal) =>
    askJson<Skeleton>(withQuery(address('plants', scan, 'skeleton'), { fileset }), signal),
  )

/** The pipeline as it stands on a scan. */
export const usePipeline = (scan: string): LoadedAnswer<PipelineShown> =>
  useLoaded(
    scan,
    (signal) => askJson<PipelineShown>(withQuery(address('pipeline'), { scan }), signal),
    `${turns.value.get(scan) ?? 0}/${pipelineTurns.value}`,
  )
