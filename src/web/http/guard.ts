// Who may ask for what: decided of each request before anything else looks at it.
import { createHash, timingSafeEqual } from 'node:crypto'
import { isIP } from 'node:net'

/** How the server is to be spoken to. */
export interface Policy {
  readonly token: string
  /** Where others than this machine can reach it, every request carries the token. */
  readonly isLoopback: boolean
  /** The names by which it may be called, in lower case; addresses are names of this machine. */
  readonly hosts: ReadonlySet<string>
  /** Other sites whose pages may read: `http://localhost:3000`. */
  readonly allowedOrigins: ReadonlySet<string>
}

/** What is known of a request before it is served. */
export interface RequestFacts {
  readonly method: string
  /** As it came, percent-encoded. */
  readonly path: string
  readonly host: string | undefined
  readonly origin: string | undefined
  readonly referer: string | undefined
}

/** What is to be done about a request. */
export type RequestVerdict =
  | {
      readonly is: 'served'
      /** Without the token. */
      readonly path: string
      readonly hasToken: boolean
      /** The site whose page may read the answer. */
      readonly origin?: string
    }
  | { readonly is: 'refused'; readonly status: 403 | 405 | 421; readonly why: string }

const tokenPath = /^\/t\/([^/]*)(\/.*)?$/

/** Reading needs the token where others reach the server, writing everywhere. */
export function judgeRequest(asked: RequestFacts, policy: Policy): RequestVerdict {
  const { method, host, origin } = asked
  if (!isOwnHost(host, policy))
    return refusal(
      421,
      `this server is not called ${host ?? 'so'}: use the address that it printed`,
    )
  const site = origin ?? siteOf(asked.referer)
  const isForeign = site !== undefined && site.toLowerCase() !== `http://${host?.toLowerCase()}`
  const isAllowed = isForeign && policy.allowedOrigins.has(site)
  const found = tokenPath.exec(asked.path)
  const hasToken = found !== null && isToken(found[1], policy.token)
  if (found && !hasToken)
    return refusal(
      403,
      'the address is of another start of the server: use the one that it printed',
    )
  const path = found ? (found[2] ?? '/') : asked.path
  const served = { is: 'served', path, hasToken } as const
  switch (method) {
    case 'GET':
    case 'HEAD':
      if (origin !== undefined && isForeign && !isAllowed)
        return refusal(403, `pages of ${site} may not read here: see --allow-origin`)
      if (!hasToken && !policy.isLoopback) return refusal(403, needsToken)
      return isAllowed ? { ...served, origin: site } : served
    case 'POST':
      if (isForeign) return refusal(403, `pages of ${site} may not change anything here`)
      return hasToken ? served : refusal(403, needsToken)
    default:
      return refusal(405, `${method} is not taken`)
  }
}

const needsToken =
  'the address lacks the token: use the one that the server printed, with /t/ and what follows'

const refusal = (status: 403 | 405 | 421, why: string): RequestVerdict => ({
  is: 'refused',
  status,
  why,
})

/** A name that another's name server may lead here (DNS rebinding) is no name of ours. */
function isOwnHost(host: string | undefined, { hosts, isLoopback }: Policy): boolean {
  const name = /^(?:\[([^\]]+)\]|([^:]*))(?::\d+)?$/.exec(host?.toLowerCase() ?? '')
  if (!name) return false
  const called = name[1] ?? name[2]
  return hosts.has(called) || (!isLoopback && isIP(called) !== 0)
}

function siteOf(address: string | undefined): string | undefined {
  if (address === undefined || !URL.canParse(address)) return undefined
  return new URL(address).origin
}

/** In a time that tells nothing of where they differ. */
function isToken(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}
