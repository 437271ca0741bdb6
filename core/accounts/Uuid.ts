/** The ids of accounts, tasks and schedules: PostgreSQL refuses to look for any other text. */
const form = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i

export const isUuid = (text: string): boolean => form.test(text)
