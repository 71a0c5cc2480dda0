// One participant takes one study. No answers are in here: only what is shown and asked.
// No template strings: Mechanical Turk would take what they fill in for its own variables.
"use strict";
const FIXATION_MS = 500;
const PAUSE_MS = 250;

class Player {
  // host: {participant, form, address(file), load(), save(state), finish(player)}
  constructor(study, trials, host) {
    this.study = study;
    this.trials = trials;
    this.host = host;
    this.root = document.getElementById("study");
    this.state = host.load() || {
      participant: host.participant, started: new Date().toISOString(), practice: 0, answers: [],
    };
    this.order = shuffled(trials.map((_, i) => i), study.study + this.state.participant);
    document.addEventListener("keydown", (event) => this.key(event));
  }

  begin() {
    if (this.isDone()) return this.finish();
    if (this.state.answers.length || this.state.practice) return this.next();
    const text = this.study.intro.map((line) => make("p", {}, line));
    const count = this.trials.length + " pictures" +
      (this.study.practice.length ? ", after " + this.study.practice.length + " for practice" : "");
    const start = make("button", { type: "button", class: "main" }, "Start");
    start.onclick = () => this.next();
    this.draw(make("h1", {}, this.study.title), ...text,
      make("p", { class: "soft" }, count + ". Only your choices and how long they took are recorded."),
      make("div", { class: "buttons" }, start));
    start.focus({ preventScroll: true });
  }

  isDone() { return this.state.answers.length >= this.trials.length; }

  next() {
    const practice = this.study.practice;
    if (this.state.practice < practice.length) {
      return this.show(practice[this.state.practice], true);
    }
    if (practice.length && this.state.practice === practice.length && !this.state.answers.length) {
      this.state.practice += 1;
      const go = make("button", { type: "button", class: "main" }, "Begin");
      go.onclick = () => this.next();
      this.draw(make("h1", {}, "That was the practice"),
        make("p", {}, "From now on you are not told whether you are right."),
        make("div", { class: "buttons" }, go));
      return go.focus({ preventScroll: true });
    }
    if (this.isDone()) return this.finish();
    return this.show(this.trials[this.order[this.state.answers.length]], false);
  }

  async show(trial, isPractice) {
    this.current = null;
    const study = this.study;
    const done = isPractice ? this.state.practice : this.state.answers.length;
    const total = isPractice ? study.practice.length : this.trials.length;
    const images = trial.show.map((file) => picture(this.host.address(file), "Picture to judge"));
    const context = trial.context.map((file, i) => make("figure", {},
      picture(this.host.address(file), study.captions[i] || ""),
      make("figcaption", {}, study.captions[i] || "")));
    const stage = make("div", { class: "stage covered" + (images.length > 1 ? " two" : "") },
      ...images.map((image) => make("figure", {}, image)));
    stage.style.setProperty("--stage", images.length > 1 ? "0px" : "min(320px, 80vw)");
    const buttons = study.choices.map(([value, label], i) => {
      const button = make("button", { type: "button", disabled: "" }, label);
      button.append(make("kbd", { "aria-hidden": "true" }, keys(study.choices.length)[i].shown));
      button.onclick = () => this.choose(value);
      return button;
    });
    const said = make("p", { class: "said", role: "status" });
    this.draw(
      make("div", { class: "bar", role: "progressbar", "aria-valuemin": 0, "aria-valuemax": total,
        "aria-valuenow": done }, make("i", { style: "width:" + (100 * done) / total + "%" })),
      make("div", { class: "top soft" },
        make("span", {}, isPractice ? "Practice" : "Picture " + (done + 1) + " of " + total)),
      make("p", { class: "question" }, study.question),
      ...(context.length ? [make("div", { class: "context" }, ...context)] : []),
      stage,
      make("div", { class: "buttons" + (buttons.length > 2 ? " many" : "") }, ...buttons), said);
    const all = [...images, ...context.map((figure) => figure.querySelector("img"))];
    try {
      await Promise.all(all.map((image) => image.decode()));
    } catch (error) {
      const again = make("button", { type: "button" }, "Try again");
      again.onclick = () => this.show(trial, isPractice);
      said.classList.add("bad");
      said.append("A picture could not be loaded. ", again);
      return;
    }
    if (study.exposure_ms) {
      const cross = make("div", { class: "cross", "aria-hidden": "true" }, "+");
      stage.append(cross);
      await wait(FIXATION_MS);
      cross.remove();
    }
    stage.classList.remove("covered");
    const since = await painted();
    this.current = { trial, isPractice, buttons, said, stage, since, shown: null };
    if (images.length > 1) {
      images.forEach((image, i) => { image.onclick = () => this.choose(study.choices[i][0]); });
    }
    for (const button of buttons) button.disabled = false;
    if (study.exposure_ms) this.cover(this.current);
  }

  cover(current) {
    const hide = (now) => {
      if (this.current !== current) return;
      if (now - current.since < this.study.exposure_ms - 4) return requestAnimationFrame(hide);
      current.stage.classList.add("covered");
      current.shown = Math.round(performance.now() - current.since);
    };
    requestAnimationFrame(hide);
  }

  async choose(value) {
    const current = this.current;
    if (!current) return;
    this.current = null;
    const took = Math.round(performance.now() - current.since);
    for (const button of current.buttons) button.disabled = true;
    if (current.isPractice) {
      this.state.practice += 1;
      const expected = current.trial.expected;
      if (expected) {
        const label = this.study.choices.find(([name]) => name === expected)[1];
        current.said.textContent = value === expected ? "Right." : "No: it is “" + label + "”.";
        current.said.classList.add(value === expected ? "good" : "bad");
        await wait(1400);
      }
    } else {
      const shown = current.shown === null ? took : Math.min(current.shown, took);
      this.state.answers.push([current.trial.id, value, took, shown]);
    }
    this.host.save(this.state);
    await wait(PAUSE_MS);
    this.next();
  }

  key(event) {
    if (!this.current || event.repeat || event.altKey || event.ctrlKey || event.metaKey) return;
    const at = keys(this.study.choices.length).findIndex((key) => key.names.includes(event.key));
    if (at < 0) return;
    event.preventDefault();
    this.choose(this.study.choices[at][0]);
  }

  finish() {
    if (!this.state.finished) this.state.finished = new Date().toISOString();
    this.host.save(this.state);
    this.host.finish(this);
  }

  results() {
    const { participant, started, finished, answers } = this.state;
    return { format: "reenact-study-answers", version: 1, study: this.study.study,
      form: this.host.form, participant, started, finished, answers };
  }

  draw(...parts) {
    this.root.replaceChildren(...parts);
    this.root.scrollIntoView({ block: "nearest" });
  }
}

function keys(count) {
  if (count === 2) {
    return [{ shown: "←", names: ["ArrowLeft"] }, { shown: "→", names: ["ArrowRight"] }];
  }
  return Array.from({ length: count }, (_, i) => ({ shown: "", names: [String(i + 1)] }));
}

function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function picture(address, alt) {
  const image = make("img", { alt, draggable: "false" });
  image.src = address;
  return image;
}

function wait(ms) { return new Promise((done) => setTimeout(done, ms)); }

// When the next frame is on the screen.
function painted() {
  return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}

// The same words give the same order (mulberry32 over a 32-bit hash of them).
function shuffled(items, words) {
  let seed = 2166136261;
  for (const letter of words) seed = Math.imul(seed ^ letter.charCodeAt(0), 16777619);
  const draw = () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  for (let i = items.length - 1; i > 0; i -= 1) {
    const j = Math.floor(draw() * (i + 1));
    [items[i], items[j]] = [items[j], items[i]];
  }
  return items;
}

function randomName() {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
