// Before the first paint, so that nobody who chose dark sees a white flash. A file, since the page's policy allows no inline script.
(() => {
  try {
    const chosen = localStorage.getItem('slipway.theme');
    if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen;
  } catch {}
})();
