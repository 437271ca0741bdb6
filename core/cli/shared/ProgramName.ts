/** How a person runs this program, so that what is shown can be typed as it is. */

type Variables = Readonly<Record<string, string | undefined>>

const fileName = ({ TRIBUTARY_TYPED }: Variables, file: string): string => {
  if (TRIBUTARY_TYPED !== undefined && TRIBUTARY_TYPED !== "") return TRIBUTARY_TYPED
  return file.endsWith(".ts") ? `node ${file}` : "tributary"
}

/** `tributary`, `npm run tributary --`, or the file that was run. In the demo it is the demo: it has its own database. */
export const programName = (
  variables: Variables = process.env,
  [, file = "", first]: ReadonlyArray<string> = process.argv
): string => {
  const { npm_lifecycle_event: script } = variables
  if (script === "demo") return "npm run demo --"
  const program = script === "tributary" ? "npm run tributary --" : fileName(variables, file)
  return first === "demo" ? `${program} demo` : program
}
