// AnglesAndInternodes: the turns and distances between successive organs.
import * as z from 'zod'
import { hangingShare } from '../src/geometry/phyllotaxis/hanging.ts'
import { countByKind, organKinds } from '../src/geometry/phyllotaxis/kinds.ts'
import {
  countedKinds,
  phyllotaxis as measure,
  type StemOrgan,
} from '../src/geometry/phyllotaxis/phyllotaxis.ts'
import type { CorrectionOutcome } from '../src/geometry/phyllotaxis/corrections.ts'
import type { CorrectionList } from '../src/geometry/phyllotaxis/parse-corrections.ts'
import { scale as timesFactor } from '../src/geometry/linear.ts'
import { defineTask, fileset, millimetresIn, param, RomiError } from '../src/index.ts'
import { organCorrections } from './artifacts/corrections.ts'
import { phyllotaxis } from './artifacts/phyllotaxis.ts'
import { treeGraph } from './artifacts/tree-graph.ts'

/** Where a scan may say when it was made, the likelier first. */
const dates = ['date', 'acquisition_date', 'created'] as const
const isSaid = (value: unknown): value is string => typeof value === 'string' && value !== ''

export default defineTask({
  name: 'AnglesAndInternodes',
  version: 12,
  summary: 'Measures angles and internodes between successive organs.',
  doc:
    'The stem’s axis is a smooth curve; an organ’s insertion is where its base, evenly ' +
    'bent, meets the axis, its direction that of such a bend there; what a branch and its leaf ' +
    'share near the stem tells of neither. The angle is the turn about the stem from ' +
    'organ to organ (0 to 360°, counter-clockwise seen from the tip, whichever way the genetic ' +
    'spiral climbs, which is stated), the internode the arc length between insertions. What leaves ' +
    'one place in one direction, a leaf and what stands in its axil, is one organ, with the mean of ' +
    'their directions about the stem. All organs are told with their kind; angles and internodes ' +
    'are those between organs of the kinds that are counted. rosette_leaf: four or more that crowd ' +
    'at the foot of the stem, and above them leaves that hang with nothing in their axil; spur: a ' +
    'short bent path of the skeleton in the lower half, or a short fat one in the lowest tenth, no organ; flower, and bud: fat for its ' +
    'length, in the upper half, crowded, and with no fruit above; branch: two and a half times as ' +
    'long as a typical organ, or bearing others; cauline_leaf: what droops below a branch; fruit: ' +
    'the others. Unlike in ROMI, directions are unit vectors ' +
    'across the local stem, so angles are not drawn towards 90°, and lengths that are not given ' +
    'follow the plant, so centimetres will do. organs.csv has a row an organ, from the base up, ' +
    'numbered if it is counted; organs-columns.txt tells what each column is, with its unit. ' +
    'phyllotaxis.svg shows angles, internodes and the plant; angles of a clockwise spiral are ' +
    'shown folded, as 360° − angle. Corrections by hand, which the page of romi-run serve or an ' +
    'editor writes to organs.json of the fileset corrections, are applied to every variant: each to ' +
    'the nearest organ within half a typical internode of its place and 30° of its tip; what was ' +
    'corrected is marked in all files.',
  inputs: {
    upstream_task: fileset(treeGraph, {
      default: 'TreeGraph',
      doc: 'the tree graph: stem and organs',
      reads: { scan: ['unit', 'id', ...dates] },
    }),
    upstream_corrections: fileset(organCorrections, {
      default: 'OrganCorrections',
      neutral: true,
      doc: 'corrections of organs by hand, if there are any',
    }),
  },
  params: {
    min_fruit_size: param.float({
      default: undefined as number | undefined, // the type of an optional length
      min: 0,
      unit: 'length',
      doc: 'Organs shorter than this are left out; by default 0.3 of the typical organ length.',
    }),
    node_sampling_dist: param.float({
      default: undefined as number | undefined, // the type of an optional length
      min: 1e-9,
      unit: 'length',
      doc: "Length of the organ's base, from the stem, that gives its direction; by default 0.375 of the typical organ length, which ROMI's 10 mm correspond to.",
    }),
    kinds: param.of(() => z.array(z.enum(organKinds)).min(1), {
      default: [...countedKinds],
      expects: `a list of ${organKinds.map((kind) => `"${kind}"`).join(', ')}`,
      doc: 'The kinds of organs that are counted; a cauline leaf with its branch is one organ, of kind branch.',
    }),
  },
  ignored: {
    characteristic_length: 'the stem is as thick as the skeleton says',
    stem_axis_inverted: 'the tree graph tells base from tip',
    stem_axis: 'the tree graph tells where the stem is',
    min_elongation_ratio: 'ROMI asks it of organs cut out of a mesh only, never of a tree graph',
    organ_type: 'whatever hangs on the stem is measured; kinds says what is counted',
  },
  output: phyllotaxis,
  checks: {
    organs: {
      doc: 'Number of counted organs.',
      min: 2,
      low: 'no angle can be measured. Look at the skeleton, and at kinds and min_fruit_size',
    },
    flipped_share: {
      doc: 'Share of the angles that turn against the genetic spiral.',
      max: 0.45,
      high: 'organs are missed, extra or out of order, or the plant has no spiral. Look at phyllotaxis.svg, at the masks and at the checks of Voxels',
    },
    weak_share: {
      doc: 'Share of the counted organs of uncertain direction (confidence below 0.5) or kind (kind_confidence below 0.6).',
      max: 0.4,
      high: 'organs are too short or too steep to tell their direction, or of no clear kind. Look at phyllotaxis.svg and organs.csv',
    },
    hanging_share: {
      doc: 'Share of the stem, from the lowest organ of any kind to the highest, along which tips of organs are lower than their bases.',
      max: 0.6,
      high: 'most organs hang. If they rise on the plant, it was measured upside down: turn stem_axis_inverted of TreeGraph',
    },
    open_corrections: {
      doc: 'How many corrections by hand apply to no organ, or to one of several: none is dropped unnamed.',
      max: 0,
      high: 'look at them on the page of the plant (romi-run serve), say by a tip which organ is meant, or take them back',
    },
  },
  async run({ inputs, params, log, check }) {
    const { upstream_task: input } = inputs
    // Where nothing fills it, a slot is undefined or holds no file.
    const byHand: typeof inputs.upstream_corrections | undefined = inputs.upstream_corrections
    const unit = input.scanMetadata('unit')
    const list = byHand && byHand.files.length > 0 ? await byHand.read() : undefined
    const plant = measure(await input.read(), {
      leastLength: params.min_fruit_size,
      reach: params.node_sampling_dist,
      kinds: params.kinds,
      ...(list && { corrections: inUnit(list, isSaid(unit) ? unit : undefined) }),
    })
    const scan = input.scanMetadata('id')
    const date = dates.map((key) => input.scanMetadata(key)).find((value) => isSaid(value))
    const { angles, internodes, organs, spiral } = plant
    const counted = organs.filter((organ) => organ.counted)
    check('organs', counted.length)
    check('flipped_share', shareFlipped(angles, spiral))
    check('weak_share', shareOf(counted, isWeak))
    check('hanging_share', hangingShare(organs))
    const open = (plant.corrections?.outcomes ?? []).filter(({ is }) => is !== 'applied')
    check('open_corrections', open.length, open.map(outcomeText).join(', '))
    const leftOut = inWords(organs.filter((organ) => !organ.counted))
    const besides = leftOut === '' ? '' : `; left out: ${leftOut}`
    const what = counted.length === 0 ? '' : ` (${inWords(counted)})`
    log.info(`${counted.length} organs counted${what}, genetic spiral ${spiral}${besides}`)
    if (counted.length < 2)
      log.warn(
        `${counted.length} organs are counted: no angle can be measured${besides}. ` +
          (leftOut === '' ? '' : 'Add their kind to kinds to count them, ') +
          `look at the skeleton, or lower min_fruit_size, which is ${plant.scale.leastLength.toPrecision(3)}`,
      )
    return {
      angles,
      internodes,
      plant,
      ...(isSaid(unit) && { unit }),
      ...(isSaid(scan) && { scan }),
      ...(isSaid(date) && { date }),
    }
  },
})

/** NaN of no organ. */
const shareOf = (organs: readonly StemOrgan[], is: (organ: StemOrgan) => boolean): number =>
  organs.filter(is).length / organs.length

const isWeak = ({ confidence, kindConfidence }: StemOrgan): boolean =>
  confidence < 0.5 || kindConfidence < 0.6

const outcomeText = (outcome: CorrectionOutcome): string =>
  outcome.is === 'ambiguous'
    ? `${outcome.id} means one of ${outcome.among} organs`
    : `${outcome.id} means none`

/** Corrections in the unit of the scan, whatever theirs is. */
function inUnit({ corrections, unit: theirs }: CorrectionList, unit: string | undefined) {
  if (theirs === undefined || unit === undefined || theirs === unit) return corrections
  const factor = (millimetresIn[theirs] ?? Number.NaN) / (millimetresIn[unit] ?? Number.NaN)
  if (Number.isNaN(factor))
    throw new RomiError(
      'task/wrong-metadata',
      `the corrections are in ${theirs}, and the scan is in ${unit}: change "unit" in organs.json`,
    )
  return corrections.map((entry) => ({
    ...entry,
    at: timesFactor(entry.at, factor),
    ...(entry.tip && { tip: timesFactor(entry.tip, factor) }),
    ...('from' in entry && entry.from && { from: timesFactor(entry.from, factor) }),
  }))
}

/** NaN where there is no angle, or no spiral. */
function shareFlipped(angles: readonly number[], spiral: string): number {
  if (spiral === 'undetermined') return Number.NaN
  const isFlipped = (angle: number): boolean => angle > 180 === (spiral === 'counter-clockwise')
  return angles.filter(isFlipped).length / angles.length
}

/** `17 fruit, 3 branch`: in the words that `kinds` takes. */
const inWords = (organs: readonly StemOrgan[]): string =>
  countByKind(organs.map(({ kind }) => kind))
    .map(([kind, count]) => `${count} ${kind}`)
    .join(', ')
