// The page on its own, or in a frame of the demo: answers are kept in the browser until the end.
(() => {
  const asked = new URLSearchParams(location.search);
  const isFramed = asked.get("host") === "demo" && window.parent !== window;
  if (asked.get("theme")) document.documentElement.dataset.theme = asked.get("theme");
  if (isFramed) document.documentElement.dataset.framed = "";
  const store = "reenact-study-" + STUDY.study;
  const remember = (key, value) => {
    try { localStorage.setItem(key, JSON.stringify(value)); } catch (error) { /* private window */ }
  };
  const recall = (key) => {
    try { return JSON.parse(localStorage.getItem(key)); } catch (error) { return null; }
  };
  const kept = isFramed ? null : recall(store);
  const named = asked.get("PROLIFIC_PID") || asked.get("participant");
  const isSame = kept && (!named || kept.state.participant === named);
  const wanted = Number.parseInt(asked.get("form"), 10) - 1;
  const drawn = Math.floor(Math.random() * STUDY.forms.length);
  let form = wanted >= 0 && wanted < STUDY.forms.length ? wanted : drawn;
  if (isSame) form = kept.form;

  const host = {
    form,
    participant: named || randomName(),
    address: (file) => STUDY.pictures[file],
    load: () => (isSame ? kept.state : null),
    save: (state) => { if (!isFramed) remember(store, { form, state }); },
    finish: (player) => (isFramed ? handIn(player) : download(player)),
  };

  function link(player) {
    const results = player.results();
    const text = JSON.stringify(results, null, 1);
    const name = "answers_" + results.study + "_" + results.participant.slice(0, 16) + ".json";
    const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    return make("a", { class: "button", id: "download", href: address, download: name },
      "Download my answers");
  }

  function download(player) {
    const again = make("button", { type: "button", id: "again" }, "Another person takes it");
    again.onclick = () => {
      if (!confirm("Your answers are removed from this browser. Have you downloaded them?")) return;
      try { localStorage.removeItem(store); } catch (error) { /* nothing was kept */ }
      location.reload();
    };
    const code = STUDY.code ? [make("p", {}, "Your completion code: ",
      make("span", { class: "code" }, STUDY.code))] : [];
    player.draw(make("h1", {}, "Done. Thank you!"),
      make("p", {}, "Nothing has been sent. Download your answers and send the file to the person " +
        "who asked you."), ...code,
      make("div", { class: "buttons" }, link(player), again));
  }

  function handIn(player) {
    player.draw(make("h1", {}, "Done. Thank you!"), make("p", {}, "Handing in …"));
    window.addEventListener("message", (event) => {
      if (event.source !== window.parent || !event.data || !event.data.reenactStudy) return;
      const reply = event.data.reenactStudy;
      const lines = (reply.scores || []).flatMap(([name, value]) =>
        [make("dt", {}, name), make("dd", {}, value)]);
      player.draw(make("h1", {}, "Done. Thank you!"), make("p", {}, reply.message),
        ...(lines.length ? [make("dl", {}, ...lines)] : []),
        make("div", { class: "buttons" }, link(player)));
    });
    window.parent.postMessage({ reenactStudy: { results: player.results() } }, "*");
  }

  if (isFramed) {
    new ResizeObserver(() => {
      const height = document.getElementById("study").getBoundingClientRect().height;
      window.parent.postMessage({ reenactStudy: { height: Math.ceil(height) + 4 } }, "*");
    }).observe(document.getElementById("study"));
  }
  new Player(STUDY, STUDY.forms[form], host).begin();
})();
