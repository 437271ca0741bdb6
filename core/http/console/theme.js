// @ts-check
/** Sets the chosen theme before the first paint; without a choice the system's is followed. */
try {
  const theme = localStorage.getItem("theme")
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme
} catch {
  // Storage may be switched off; then the system's theme it is.
}
