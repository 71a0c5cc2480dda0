// Links to a tab, a method and an example: the page's address says what could be shared, and a
// button copies it. Nothing that a visitor brought is ever part of it.
window.reenactLinks = (() => {
  const known = ["tab", "method", "example"];
  const asked = new URLSearchParams(location.search);

  const note = (key, value) => {
    const address = new URL(location.href);
    if (value) address.searchParams.set(key, value);
    else address.searchParams.delete(key);
    history.replaceState(history.state, "", address);
  };

  const shared = () => {
    const here = new URL(location.href);
    const link = new URL(here.origin + here.pathname);
    for (const key of known) {
      const value = here.searchParams.get(key);
      if (value) link.searchParams.set(key, value);
    }
    return link.href;
  };

  // Gradio draws a tab when it is opened: wait for what is looked for.
  const appear = (id, then, tries = 100) => {
    const part = document.getElementById(id);
    if (part) then(part);
    else if (tries > 0) setTimeout(() => appear(id, then, tries - 1), 100);
  };

  const follow = () => {
    const tab = asked.get("tab") || "reenact";
    const example = asked.get("example") || "";
    const method = asked.get("method") || "";
    if (!/^[a-z]+$/.test(tab)) return;
    if (/^[1-9]\d?$/.test(example)) appear(`${tab}-example-${example}`, (button) => button.click());
    if (/^[a-z0-9-]+$/.test(method) && tab !== "reenact") {
      appear(`${tab}-${method}`, (card) => card.scrollIntoView({ block: "center" }), 10);
    }
  };

  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const field = document.createElement("textarea"); // pages without https have no clipboard
      field.value = text;
      document.body.append(field);
      field.select();
      document.execCommand("copy");
      field.remove();
    }
  };

  document.addEventListener("click", async (event) => {
    const tab = event.target.closest('#pages > .tab-wrapper [role="tab"]');
    if (tab && event.isTrusted) {
      note("tab", tab.dataset.tabId);
      note("example", "");
    }
    const example = event.target.closest('button[id*="-example-"]');
    if (example) {
      const [, name, number] = example.id.match(/^([a-z]+)-example-(\d+)$/) || [];
      if (name) {
        note("tab", name);
        note("example", number);
      }
    }
    const button = event.target.closest("#copy-link");
    if (button) {
      await copy(shared());
      const said = document.getElementById("copy-link-said");
      said.textContent = button.dataset.said;
      setTimeout(() => (said.textContent = ""), 3000);
    }
  });

  return { follow, note, shared };
})();
