/**
 * All templates, by code. A code is public: programs and the bot's translations know it, so it is added, never reused
 * for another meaning.
 */
import { action } from "./action.ts"
import { alert } from "./alert.ts"
import { common } from "./common.ts"
import { config } from "./config.ts"
import { confirm } from "./confirm.ts"
import { cursor } from "./cursor.ts"
import { exports } from "./export.ts"
import { field } from "./field.ts"
import { job } from "./job.ts"
import { live } from "./live.ts"
import { plan } from "./plan.ts"
import { read } from "./read.ts"
import { request } from "./request.ts"
import { run } from "./run.ts"

export const templates = {
  ...common,
  ...action,
  ...alert,
  ...job,
  ...config,
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
