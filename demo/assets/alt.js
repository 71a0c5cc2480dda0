// What Gradio leaves out for screen readers: pictures get their part's label as a description,
// names that hide what is written on a part go, and parts with a name get a role.
(() => {
  const describe = () => {
    for (const part of document.querySelectorAll(".block")) {
      const label = part.querySelector('[data-testid="block-label"]');
      for (const image of part.querySelectorAll("img")) {
        if (label && !image.alt) image.alt = label.innerText.trim();
      }
    }
    for (const button of document.querySelectorAll("button.upload-container[aria-label]")) {
      if (button.innerText.trim()) button.removeAttribute("aria-label");
    }
    for (const empty of document.querySelectorAll("div.empty[aria-label]:not([role])")) {
      empty.setAttribute("role", "img");
    }
  };
  new MutationObserver(describe).observe(document.documentElement, {
    childList: true,
    subtree: true,
  });
})();
