// @ts-check
/**
 * The sandbox's view of its chats; `chat/Views.ts` writes it.
 * @typedef {{ type: string, offset: number, length: number, url?: string, language?: string }} Entity
 * @typedef {{ id: string, name: string, size: number, width: number, height: number }} StoredFile
 * @typedef {{ text: string, data: string | null, url: string | null, copy: string | null }} Button
 * @typedef {{
 *   id: number, isMine: boolean, at: number, text: string, entities: Entity[], photo: StoredFile | null,
 *   document: StoredFile | null, contact: { name: string, phone: string } | null, summary: string, pinned: string | null,
 *   reply: string | null, isPinned: boolean, isEdited: boolean, rows: Button[][]
 * }} Message
 * @typedef {{ rows: { text: string, requestsContact: boolean }[][], isOneTime: boolean, placeholder?: string }} Keyboard
 * @typedef {{
 *   id: number, name: string, role: string | null, isStarted: boolean, isBlocked: boolean,
 *   action: { name: string, until: number } | null, keyboard: Keyboard | null,
 *   commands: { command: string, description: string }[], messages: Message[]
 * }} Chat
 */
export {}
