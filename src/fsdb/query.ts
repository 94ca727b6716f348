// Queries on metadata, as plantdb has them: partial, nested and, if asked for, by regular expressions.
import { jsonEqual } from '../base/json.ts'
import { RomiError } from '../base/errors.ts'
import { isJsonObject, type Json, type JsonObject } from '../base/types.ts'

/** How a query is taken. */
export interface QueryOptions {
  /** Texts of the query are regular expressions, which begin where a text begins. */
  readonly fuzzy?: boolean
}

/** True of metadata that have what a query asks for. */
export type Matcher = (metadata: JsonObject) => boolean

/**
 * What a query asks for: of a map every key, map by map; of a list that each of its values is found
 * in a list at least as long; of anything else the same value.
 *
 * @throws RomiError `store/bad-query` for a query that is no map, an expression that is none, and an
 *   option that is not known: nothing is passed over
 */
export function matcherOf(
  query: JsonObject,
  options: QueryOptions = {},
  known: readonly string[] = ['fuzzy'],
): Matcher {
  if (!isJsonObject(query))
    throw badQuery(`a query is a map of keys and values, not ${JSON.stringify(query)}`)
  if (typeof options !== 'object')
    throw badQuery(`options are a map, such as { fuzzy: true }, not ${JSON.stringify(options)}`)
  const stranger = Object.keys(options).find((option) => !known.includes(option))
  if (stranger !== undefined)
    throw badQuery(`there is no option "${stranger}" of a query; there is: ${known.join(', ')}`)
  const entries = Object.entries(query).map(([key, value]) => [key, fitOf(value, options)] as const)
  return (metadata) =>
    entries.every(([key, fits]) => Object.hasOwn(metadata, key) && fits(metadata[key]))
}

type Fit = (value: Json) => boolean

function fitOf(asked: Json, options: QueryOptions): Fit {
  if (isJsonObject(asked)) {
    const matcher = matcherOf(asked, { fuzzy: options.fuzzy ?? false })
    return (value) => isJsonObject(value) && matcher(value)
  }
  if (Array.isArray(asked)) {
    const fits = asked.map((one) => fitOf(one, options))
    return (value) =>
      Array.isArray(value) &&
      fits.length <= value.length &&
      fits.every((fit) => value.some((one) => fit(one)))
  }
  if (options.fuzzy && typeof asked === 'string') {
    const expression = expressionOf(asked)
    return (value) => typeof value === 'string' && expression.test(value)
  }
  return (value) => jsonEqual(value, asked)
}

function expressionOf(text: string): RegExp {
  try {
    return new RegExp(`^(?:${text})`, 'u')
  } catch (error) {
    throw badQuery(`"${text}" is no regular expression: ${(error as SyntaxError).message}`)
  }
}

const badQuery = (message: string): RomiError => new RomiError('store/bad-query', message)
