// Before anything is drawn: the theme that the reader has chosen here, where it is not the system's.
try {
  const theme = localStorage.getItem('beddel-theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {
  // Without storage the system decides.
}
