/**
 * All templates, by code. A code is public: programs and the bot's translations know it, so it is added, never reused
 * for another meaning.
 */
import { common } from "./common.ts"
import { confirm } from "./confirm.ts"
import { cursor } from "./cursor.ts"
import { exports } from "./export.ts"
import { field } from "./field.ts"
import { live } from "./live.ts"
import { plan } from "./plan.ts"
import { read } from "./read.ts"
import { request } from "./request.ts"
import { run } from "./run.ts"

export const templates = {
  ...common,
  ...read,
  ...request,
  ...run,
  ...plan,
  ...exports,
  ...cursor,
  ...field,
  ...live,
  ...confirm
} as const
