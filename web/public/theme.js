// Runs before the first paint, so that a stored theme never flashes the other one.
(() => {
  let stored = null;
  try {
    stored = localStorage.getItem('quorum.theme');
  } catch {
    // Storage can be denied; the system's theme is used then.
  }
  const dark =
    stored === 'dark' || (stored !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
