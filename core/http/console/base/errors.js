// @ts-check
/** Whatever was thrown, as an error. */
export const errorOf = (/** @type {unknown} */ thrown) => (thrown instanceof Error ? thrown : new Error(String(thrown)))
