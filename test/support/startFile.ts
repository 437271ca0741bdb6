/** Runs before each test file: a file that shares its process begins without the secrets of those before it. */
import { forget } from "../../core/observe/Secrets.ts"

forget()
