// Parameters of tasks: what a value in pipeline.toml may be, its unit, its default and its doc.
import * as z from 'zod'
import { canonical } from '../base/canonical.ts'
import { once } from '../base/memo.ts'
import type { Json, JsonObject } from '../base/types.ts'

/** What every parameter may say of itself. */
export interface ParamOptions<T> {
  /** The value where the table names none; `undefined` makes the parameter optional. */
  readonly default: T
  /** One sentence: what the value does. */
  readonly doc: string
  /** The unit of a number, such as `degree`; `length` means the unit of the scan. */
  readonly unit?: string
  /** False if the value cannot change the result (threads, GPU on or off). Default: true. */
  readonly significant?: boolean
  /**
   * True of a parameter that its task did not always have: at its default, which then means "as
   * before", it is in no key and no name, so that results of the time before are complete as they
   * stand. Default: false.
   */
  readonly neutral?: boolean
  /** Old names that pipelines in the field still use. */
  readonly aliases?: readonly string[]
}

/** How Luigi, and so the name of a fileset, spells a value. */
export type Spelling = 'float' | 'json' | 'plain'

/** One parameter of a task; made by `param`. */
export interface Param<T = unknown> {
  /** Checks a TOML value, and turns JSON in a string into what it stands for. */
  readonly schema: z.ZodType<T>
  /**
   * True of a value that certainly fits as it is, written as plainly as can be: the schema, which costs
   * more to make than all else of a pipeline file, gives the same for it.
   */
  readonly isPlain: (value: unknown) => boolean
  /** What is expected, for people: `number from -1 to 2`. */
  readonly expects: string
  readonly default: T
  readonly doc: string
  readonly unit: string | undefined
  readonly significant: boolean
  readonly neutral: boolean
  readonly aliases: readonly string[]
  readonly spelling: Spelling
}

export type Params = Readonly<Record<string, Param>>

/** The values of some parameters, by name. */
export type ParamValues<P extends Params> = {
  readonly [K in keyof P]: P[K] extends Param<infer T> ? T : never
}

/** An axis-aligned box: lower and upper bound on each axis, in the unit of the scan. */
export interface Box {
  readonly x: readonly [number, number]
  readonly y: readonly [number, number]
  readonly z: readonly [number, number]
}

/** What a file's metadata must say to be selected: key → value, all of them. */
export type Query = Readonly<Record<string, Json>>

interface RangeOptions<T> extends ParamOptions<T> {
  readonly min?: number
  readonly max?: number
}

/** Makes parameters: `param.float({ default: 0.2, min: -1, max: 2, doc: '…' })`. */
export const param = {
  /** A real number; a whole number in TOML will do, and a number in quotes, as ROMI writes some. */
  float: <T extends number | undefined = number>(options: RangeOptions<T>): Param<Wide<T>> =>
    make(() => orText(ranged(z.number(), options)), expectsNumber('number', options), options, {
      spelling: 'float',
      isPlain: (value) => isRealNumber(value) && isInRange(value, options),
    }),

  /** A whole number, also in quotes. */
  integer: <T extends number | undefined = number>(options: RangeOptions<T>): Param<Wide<T>> =>
    make(() => orText(ranged(z.int(), options)), expectsNumber('whole number', options), options, {
      isPlain: (value) => Number.isSafeInteger(value) && isInRange(value as number, options),
    }),

  /** True or false, also in quotes. */
  boolean: <T extends boolean | undefined = boolean>(options: ParamOptions<T>): Param<Wide<T>> =>
    make(() => orText(z.boolean()), 'true or false', options, {
      isPlain: (value) => typeof value === 'boolean',
    }),

  /** Any text. */
  string: <T extends string | undefined = string>(options: ParamOptions<T>): Param<Wide<T>> =>
    make(() => z.string(), 'text', options, { isPlain: (value) => typeof value === 'string' }),

  /** One of a few words; with `orEmpty`, `""` means the default, as ROMI's files write it. */
  choice: <const C extends readonly string[]>(
    choices: C,
    options: ParamOptions<C[number]> & { readonly orEmpty?: true },
  ): Param<C[number]> =>
    make(
      () => (options.orEmpty ? orDefault(z.enum(choices), options.default) : z.enum(choices)),
      `one of ${choices.map((c) => `"${c}"`).join(', ')}`,
      options,
      { isPlain: (value) => value !== '' && choices.includes(value as string) },
    ),

  /** A list of numbers, of a fixed length if one is given. */
  numbers: (
    options: ParamOptions<readonly number[]> & { readonly length?: number },
  ): Param<readonly number[]> => {
    const length = options.length
    const list = () => z.array(z.number())
    return make(
      () => orJson(length === undefined ? list() : list().length(length)),
      length === undefined ? 'a list of numbers' : `a list of ${length} numbers`,
      options,
      {
        spelling: 'json',
        isPlain: (value) =>
          Array.isArray(value) &&
          value.length === (length ?? value.length) &&
          value.every(isRealNumber),
      },
    )
  },

  /** Which files a step takes, by their metadata: `{ channel = "rgb" }`. */
  query: (options: Partial<ParamOptions<Query>> = {}): Param<Query> =>
    make(
      () => orJson(z.record(z.string(), z.json() as z.ZodType<Json>)),
      'a table of metadata keys and values',
      {
        default: {},
        doc: 'Selects only the files whose metadata has these values.',
        ...options,
      },
      { spelling: 'json' },
    ),

  /** A box in the scan's unit: `x = [300, 450]`, `y`, `z`. */
  box: (options: ParamOptions<Box | undefined>): Param<Box | undefined> =>
    make(
      () => orJson(z.strictObject({ x: bounds(), y: bounds(), z: bounds() })),
      'a table with x, y and z, each [lower, upper]',
      { unit: 'length', ...options },
      { spelling: 'json' },
    ),

  /**
   * Whatever a zod schema describes; for values that the others do not cover.
   * @param schema or what makes it when a value is first checked
   */
  of: <T>(
    schema: z.ZodType<T> | (() => z.ZodType<T>),
    options: ParamOptions<T> & { readonly expects: string },
  ): Param<T> =>
    make(() => orJson(typeof schema === 'function' ? schema() : schema), options.expects, options, {
      spelling: 'json',
    }),
} as const

const bounds = once(() =>
  z
    .tuple([z.number(), z.number()])
    .refine(([low, high]) => low <= high, { error: 'the lower bound comes first' }),
)

/** `0.2` as a default means any number, not the literal type 0.2. */
type Wide<T> = T extends number
  ? number
  : T extends boolean
    ? boolean
    : T extends string
      ? string
      : T

/** @param schema made when a value is first checked: of most parameters no file names one */
function make<T>(
  schema: () => z.ZodType,
  expects: string,
  options: ParamOptions<unknown>,
  {
    spelling = 'plain',
    isPlain = () => false,
  }: { readonly spelling?: Spelling; readonly isPlain?: Param['isPlain'] },
): Param<T> {
  const made = once(schema)
  return {
    get schema() {
      // Safe: each caller above pairs the schema with the type that it parses to.
      return made() as z.ZodType<T>
    },
    isPlain,
    default: options.default as T,
    expects: `${expects}${unitNote(options)}`,
    doc: options.doc,
    unit: options.unit,
    significant: options.significant ?? true,
    neutral: options.neutral ?? false,
    aliases: options.aliases ?? [],
    spelling,
  }
}

const isRealNumber = (value: unknown): value is number => Number.isFinite(value)

const isInRange = (
  value: number,
  { min = -Infinity, max = Infinity }: { readonly min?: number; readonly max?: number },
): boolean => value >= min && value <= max

function ranged(
  schema: z.ZodNumber,
  { min, max }: { readonly min?: number; readonly max?: number },
): z.ZodNumber {
  const lower = min === undefined ? schema : schema.min(min)
  return max === undefined ? lower : lower.max(max)
}

function expectsNumber(noun: string, { min, max }: { min?: number; max?: number }): string {
  const range =
    min !== undefined && max !== undefined
      ? ` from ${min} to ${max}`
      : min !== undefined
        ? ` of at least ${min}`
        : max !== undefined
          ? ` of at most ${max}`
          : ''
  return `a ${noun}${range}`
}

const unitNote = ({ unit }: { readonly unit?: string }): string =>
  unit === undefined ? '' : ` (${unit === 'length' ? "in the scan's unit" : unit})`

/** ROMI's files write some numbers and booleans in quotes: `radius = "2.5"`, `log = "False"`. */
function orText<T>(schema: z.ZodType<T>): z.ZodType<T> {
  const parsed = z.preprocess(
    (value) => (typeof value === 'string' ? (scalarIn(value) ?? value) : value),
    schema,
  )
  return parsed.meta({ scalarText: true }) as z.ZodType<T>
}

/** The number or boolean that a text spells in TOML's or Python's way. */
function scalarIn(text: string): number | boolean | undefined {
  const word = text.trim()
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(word)) return Number(word)
  if (/^(true|false)$/i.test(word)) return word.toLowerCase() === 'true'
  return undefined
}

/** `""` stands for `standard`. */
function orDefault<T>(schema: z.ZodType<T>, standard: T): z.ZodType<T> {
  const parsed = z.preprocess((value) => (value === '' ? standard : value), schema)
  return parsed.meta({ emptyText: true }) as z.ZodType<T>
}

/** ROMI's files write lists and tables as JSON in a string: `query = "{\"channel\":\"rgb\"}"`. */
function orJson<T>(schema: z.ZodType<T>): z.ZodType<T> {
  const parsed = z.preprocess((value, context) => {
    // A schema may take text as it is; and what does not look like JSON is not meant as such.
    const isJson = typeof value === 'string' && /^\s*[[{]/.test(value)
    if (!isJson || schema.safeParse(value).success) return value
    try {
      return JSON.parse(value) as unknown
    } catch (error) {
      context.addIssue({
        code: 'custom',
        message: `no valid JSON: ${(error as SyntaxError).message}`,
      })
      return z.NEVER
    }
  }, schema)
  return parsed.meta({ json: true }) as z.ZodType<T>
}

/** Whether a parameter with this value is part of what a result is known by. */
export function isTelling(param: Param, value: unknown): boolean {
  if (!param.significant) return false
  return !param.neutral || textOf(value) !== textOf(param.default)
}

// Safe: every schema above yields JSON, as is checked of each default.
const textOf = (value: unknown): string | undefined =>
  value === undefined ? undefined : canonical(value as Json)

/** The parameters of a task that tell its result, with these values; what enters its key. */
export function significant(params: Params, values: Readonly<Record<string, unknown>>): JsonObject {
  const chosen = Object.entries(params)
    .filter(([name, param]) => values[name] !== undefined && isTelling(param, values[name]))
    // Safe: every schema above yields JSON.
    .map(([name]) => [name, values[name] as Json] as const)
  return Object.fromEntries(chosen)
}

/** The values of the neutral parameters that mean "as before": those of records that lack them. */
export function neutralDefaults(params: Params): JsonObject {
  const chosen = Object.entries(params)
    .filter(([, { neutral, default: before }]) => neutral && before !== undefined)
    // Safe: every schema above yields JSON.
    .map(([name, { default: before }]) => [name, before as Json] as const)
  return Object.fromEntries(chosen)
}
