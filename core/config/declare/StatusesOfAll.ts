/** Statuses about the credentials, the proxy, or the moment: the next request would get the same. */
export const ofAll: ReadonlySet<string> = new Set(["401", "403", "407", "408", "425", "429"])
