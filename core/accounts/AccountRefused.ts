/** Why something about an account is not done. */
import { ReasonError } from "../reason/ReasonError.ts"

/** What was asked for is not possible: a name that is taken, one account too many, an account that is unknown. */
export class AccountRefused extends ReasonError("AccountRefused") {}

/** Nothing can be read with this account until somebody acts: its credentials are refused, or it was removed. */
export class AccountUnusable extends ReasonError("AccountUnusable") {}
