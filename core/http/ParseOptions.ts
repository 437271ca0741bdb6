/** An unknown key was meant to change something: ignoring it would make it a different request. */
export const closed = { errors: "all", onExcessProperty: "error" } as const
