// Runs before the first paint, so that nobody sees the wrong theme flash. What is stored may be anything.
(function () {
  var root = document.documentElement;
  var stored = {};
  try {
    stored = { theme: localStorage.getItem('swapshop.theme'), language: localStorage.getItem('swapshop.language') };
  } catch (fault) {}
  var dark = stored.theme === 'dark' || (stored.theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  root.dataset.theme = dark ? 'dark' : 'light';
  root.lang = stored.language === 'es' || (stored.language !== 'en' && /^es\b/.test(navigator.language)) ? 'es' : 'en';
})();
