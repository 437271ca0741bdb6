/**
 * By which names the daemon may be asked. Where it listens on this machine alone, a page of another site can still lead a
 * browser here by a name of its own; such a request has that name in its Host header.
 */
import type { HttpDeclaration } from "../config/Connector.ts"

/** Asked by machines, which have names of their own for this one; nothing there is for the browser of an admin. */
const forMachines = /^\/(?:health|ready|metrics|hooks\/.*)$/

const isLoopback = (name: string): boolean =>
  name === "localhost" || name.endsWith(".localhost") || name === "::1" || /^127(?:\.\d{1,3}){3}$/.test(name)

/** Without port, brackets and the dot of the root. */
const nameOf = (host: string): string => {
  const [, bracketed, plain = ""] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d*)?$/.exec(host.trim().toLowerCase()) ?? []
  return bracketed ?? plain.replace(/\.$/, "")
}

/** `undefined`: every request is for us; else whether one is. */
export const check = ({ host, hosts = [] }: Pick<HttpDeclaration, "host" | "hosts">) => {
  if (!isLoopback(host.toLowerCase())) return undefined
  const named = new Set(hosts.map(nameOf))
  /** No browser leaves the header out. */
  return (asked: string | undefined, path: string): boolean => {
    if (asked === undefined || forMachines.test(path)) return true
    const name = nameOf(asked)
    return isLoopback(name) || named.has(name)
  }
}
