/** Phones of the two who are always there, as the made-up chain of the iiko sandbox with seed 1 knows them. */

/** Козлова Анна, «Бармен». */
export const employeePhone = "+79001190056"

/** Соколова Мария, «Управляющий»; in the chat she calls herself otherwise. */
export const adminPhone = "+79001039595"
