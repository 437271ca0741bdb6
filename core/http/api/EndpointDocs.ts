/** The description of an endpoint on the pages of the API. */
import { OpenApi } from "effect/http-api"

export const describe = (description: string) => OpenApi.annotations({ description })
