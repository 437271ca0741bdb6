/** The person who typed the command, as the audit names them. */
import { userInfo } from "node:os"

export const operator: string = userInfo().username
