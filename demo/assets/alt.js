// Gradio draws pictures without a description; screen readers get the part's label instead.
(() => {
  const describe = () => {
    for (const part of document.querySelectorAll(".block")) {
      const label = part.querySelector('[data-testid="block-label"]');
      for (const image of part.querySelectorAll("img")) {
        if (label && !image.alt) image.alt = label.innerText.trim();
      }
    }
  };
  new MutationObserver(describe).observe(document.documentElement, {
    childList: true,
    subtree: true,
  });
})();
