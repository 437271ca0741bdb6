/**
 * All templates, by code. A code is public: programs and the bot's translations know it, so it is added, never reused
 * for another meaning.
 */
import { account } from "./account.ts"
import { action } from "./action.ts"
import { alert } from "./alert.ts"
import { column } from "./column.ts"
import { common } from "./common.ts"
import { config } from "./config.ts"
import { confirm } from "./confirm.ts"
import { cursor } from "./cursor.ts"
import { database } from "./database.ts"
import { declaration } from "./declaration.ts"
import { exports } from "./export.ts"
import { field } from "./field.ts"
import { file } from "./file.ts"
import { inbox } from "./inbox.ts"
import { job } from "./job.ts"
import { live } from "./live.ts"
import { load } from "./load.ts"
import { meaning } from "./meaning.ts"
import { plan } from "./plan.ts"
import { plugin } from "./plugin.ts"
import { read } from "./read.ts"
import { reject } from "./reject.ts"
import { request } from "./request.ts"
import { rest } from "./rest.ts"
import { run } from "./run.ts"
import { schedule } from "./schedule.ts"
import { sync } from "./sync.ts"
import { transform } from "./transform.ts"
import { unknown } from "./unknown.ts"
import { value } from "./value.ts"

export const templates = {
  ...common,
  ...account,
  ...action,
  ...alert,
  ...inbox,
  ...job,
  ...schedule,
  ...sync,
  ...config,
  ...file,
  ...value,
  ...declaration,
  ...column,
  ...transform,
  ...meaning,
  ...unknown,
  ...plugin,
  ...reject,
  ...read,
  ...request,
  ...rest,
  ...run,
  ...database,
  ...plan,
  ...exports,
  ...cursor,
  ...field,
  ...live,
  ...load,
  ...confirm
} as const
