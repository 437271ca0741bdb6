/** Phones of the two default people, as in the made-up chain of the iiko sandbox with seed 1. */

/** Козлова Анна, «Бармен». */
export const employeePhone = "+79001190056"

/** Соколова Мария, «Управляющий»; her name in the chat is another one. */
export const adminPhone = "+79001039595"
