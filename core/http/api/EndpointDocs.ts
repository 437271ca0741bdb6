/** What the pages of the API say of an endpoint. */
import { OpenApi } from "effect/http-api"

export const described = (description: string) => OpenApi.annotations({ description })
