// @ts-check
/** Sets the chosen theme before the first paint; the default is the system's theme. */
try {
  const theme = localStorage.getItem("theme")
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme
} catch {
  // If storage is switched off, the system's theme applies.
}
