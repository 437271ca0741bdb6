/** Phones of the two default people: two employees of the made-up chain with seed 1. */

/** Козлова Анна, «Бармен». */
export const employeePhone = "+79001190056"

/** Соколова Мария, «Управляющий»; her name in the chat is another one. */
export const adminPhone = "+79001039595"
