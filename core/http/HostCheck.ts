/**
 * The host names under which the daemon accepts requests. If it listens on this machine alone, a page of another site
 * can still direct a browser here under a name of its own; such a request has that name in its Host header.
 */
import type { HttpDeclaration } from "../config/Declarations.ts"

/** Paths for machines, which may know this host by other names; they offer nothing to an admin's browser. */
const forMachines = /^\/(?:health|ready|metrics|hooks\/.*)$/

const isLoopback = (name: string): boolean =>
  name === "localhost" || name.endsWith(".localhost") || name === "::1" || /^127(?:\.\d{1,3}){3}$/.test(name)

/** The name without port, brackets and the trailing dot. */
const nameOf = (host: string): string => {
  const [, bracketed, plain = ""] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d*)?$/.exec(host.trim().toLowerCase()) ?? []
  return bracketed ?? plain.replace(/\.$/, "")
}

/** Returns a check of requests; `undefined`: every request is accepted. */
export const check = ({ host, hosts = [] }: Pick<HttpDeclaration, "host" | "hosts">) => {
  if (!isLoopback(host.toLowerCase())) return undefined
  const named = new Set(hosts.map(nameOf))
  /** Every browser sends the header. */
  return (asked: string | undefined, path: string): boolean => {
    if (asked === undefined || forMachines.test(path)) return true
    const name = nameOf(asked)
    return isLoopback(name) || named.has(name)
  }
}
