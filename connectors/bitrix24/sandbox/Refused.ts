/** How the portal refuses a call; a code may be empty. */

export class Refused {
  readonly status: number
  readonly code: string
  readonly description: string

  constructor(status: number, code: string, description: string) {
    this.status = status
    this.code = code
    this.description = description
  }

  get body() {
    return { error: this.code, error_description: this.description }
  }
}
