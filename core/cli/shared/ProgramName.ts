/** How a person runs this program, so that what is shown can be typed as it is. */

/** `tributary`, `npm run tributary --`, or the file that was run. */
export const programName = (
  variables: Readonly<Record<string, string | undefined>> = process.env,
  file = process.argv[1] ?? ""
): string => {
  const { TRIBUTARY_TYPED, npm_lifecycle_event } = variables
  if (TRIBUTARY_TYPED !== undefined && TRIBUTARY_TYPED !== "") return TRIBUTARY_TYPED
  if (npm_lifecycle_event === "tributary") return "npm run tributary --"
  return file.endsWith(".ts") ? `node ${file}` : "tributary"
}
