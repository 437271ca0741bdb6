/**
 * An endpoint of a vendor: a connector, a part of it that the vendor counts separately (a second API, writes), or one of its
 * accounts. Each endpoint has a budget and a circuit of its own.
 */

/** A type, not an interface, so that it is JSON to the compiler too. */
export type VendorEndpoint = {
  readonly connector: string
  /** The id of an account whose requests the vendor counts separately. */
  readonly account?: string
  /** The connector type's name for what the vendor counts separately. Absent: the rest of the connector. */
  readonly group?: string
}

/** The name in failures, alerts and health: `crm`, `crm writes`, `crm@7f writes`. A connector's name has no space and no `@`. */
export const endpointName = ({ account, connector, group }: VendorEndpoint): string =>
  `${connector}${account === undefined ? "" : `@${account}`}${group === undefined ? "" : ` ${group}`}`
