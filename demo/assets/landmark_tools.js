// Part 3 of the landmark canvas, see landmark_canvas.js; the parts run as one script.
// ---------------------------------------------------------------- the keyboard
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
canvas.addEventListener("keydown", (event) => {
  if (!state.scene) return;
  const arrow = ARROWS[event.key];
  if (arrow && state.chosen.size) {
    event.preventDefault();
    nudge(arrow, event.shiftKey ? 5 : 1);
  } else if (arrow) {
    event.preventDefault();
    step(arrow[0] + arrow[1]);
  } else if (event.key === "PageDown" || event.key === "PageUp") {
    event.preventDefault();
    step(event.key === "PageDown" ? 1 : -1);
  } else if (event.key === "Escape") {
    choose([]);
    say(setup.words.start);
  }
});
root.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
  const key = event.key.toLowerCase();
  const act = key === "z" && !event.shiftKey ? "undo" : key === "y" || key === "z" ? "redo" : "";
  if (act) {
    event.preventDefault();
    button(act).click();
  }
});
const step = (by) => {
  const all = setup.handles;
  const last = [...state.chosen].pop();
  const here = all.indexOf(last);
  choose([all[(here + by + all.length + (here < 0 && by < 0 ? 1 : 0)) % all.length]]);
};
const nudge = (arrow, speed) => {
  if (!state.keys) {
    startDrag([0, 0]);
    state.keys = { drag: state.drag };
  }
  const drag = state.keys.drag;
  drag.moved = true;
  state.drag = drag;
  const unit = (0.004 * speed * faceWidth()) / fit().scale;
  const by = [(arrow[0] * unit) / state.scene.size[1], (arrow[1] * unit) / state.scene.size[0]];
  follow(by);
  drag.shift = [drag.shift[0] + by[0], drag.shift[1] + by[1]];
  sendDrag(false);
  clearTimeout(state.keys.timer);
  state.keys.timer = setTimeout(flushKeys, 500);
  draw();
};
const flushKeys = () => {
  if (!state.keys) return;
  clearTimeout(state.keys.timer);
  state.drag = state.keys.drag;
  state.keys = null;
  endDrag();
};

// ---------------------------------------------------------------- tools, sliders, shelf
const press = (act, isOn) => button(act).setAttribute("aria-pressed", String(isOn));
const ACTS = {
  undo: () => send({ op: "undo" }),
  redo: () => send({ op: "redo" }),
  reset: () => send({ op: "reset" }),
  hand: () => setMode("hand"),
  lasso: () => setMode("lasso"),
  "zoom-in": () => zoomTo(state.view.k * 1.4),
  "zoom-out": () => zoomTo(state.view.k / 1.4),
  fit: () => zoomTo(1),
  points: () => press("points", (state.showPoints = !state.showPoints)),
  before: () => press("before", (state.showBefore = !state.showBefore)),
};
const setMode = (mode) => {
  state.mode = mode;
  press("hand", mode === "hand");
  press("lasso", mode === "lasso");
};
root.addEventListener("click", (event) => {
  const found = event.target.closest("button");
  if (!found || !state.scene) return;
  flushKeys();
  if (found.dataset.act) ACTS[found.dataset.act]();
  else if (found.dataset.group) {
    const isOn = state.group === found.dataset.group;
    choose(isOn ? [] : setup.groups[found.dataset.group], isOn ? "" : found.dataset.group);
  } else if (found.dataset.preset) send({ op: "preset", name: found.dataset.preset });
  else if (found.dataset.kept) send({ op: "shelf", name: found.dataset.kept });
  draw();
});
option("constrained").addEventListener("change", () => send({ op: "look", ...options() }));
option("symmetric").addEventListener("change", () => send({ op: "look", ...options() }));

const sliding = { name: "", stroke: "", at: 0 };
const slide = (input, end) => {
  const name = input.dataset.slider;
  if (sliding.name !== name || performance.now() - sliding.at > 1200) sliding.stroke = newStroke();
  Object.assign(sliding, { name, at: performance.now() });
  const value = Math.abs(input.value) < 0.03 ? 0 : Number(input.value);
  label(input, value);
  send({ op: "slide", stroke: sliding.stroke, name, value, end, ...options() });
};
const label = (input, value) => {
  const text = String(Math.round(100 * value));
  input.parentElement.querySelector("output").textContent = text;
  input.setAttribute("aria-valuetext", text);
};
let held = null;
root.addEventListener("input", (event) => {
  if (!event.target.dataset.slider || !state.scene) return;
  held = event.target;
  slide(event.target, false);
});
root.addEventListener("change", (event) => {
  if (!event.target.dataset.slider || !state.scene) return;
  held = null;
  slide(event.target, true);
});
root.addEventListener("dblclick", (event) => {
  if (!event.target.dataset.slider || !state.scene) return;
  event.target.value = 0;
  slide(event.target, true);
});
const showSliders = (values) => {
  for (const input of root.querySelectorAll("[data-slider]")) {
    if (input === held) continue;
    const value = values[input.dataset.slider] || 0;
    input.value = value;
    label(input, value);
  }
};
const showHead = (why) => {
  for (const name of setup.head) {
    const input = root.querySelector(`[data-slider="${name}"]`);
    input.disabled = Boolean(why);
    input.parentElement.classList.toggle("off", Boolean(why));
    if (why) input.parentElement.title = why;
  }
};
const showShelf = (names) => {
  const shelf = root.querySelector(".lm-shelf");
  for (const old of shelf.querySelectorAll("[data-kept]")) old.remove();
  for (const name of names) {
    const kept = document.createElement("button");
    kept.type = "button";
    kept.dataset.kept = name;
    const face = document.createElement("span");
    face.className = "lm-face";
    const text = document.createElement("span");
    text.textContent = name;
    kept.append(face, text);
    shelf.append(kept);
  }
  showFaces();
};
const showFaces = async () => {
  let reply;
  try {
    reply = await server.edit_shelf({});
  } catch {
    return;
  }
  for (const [name, address] of Object.entries(reply.faces || {})) {
    const found = root.querySelector(`[data-preset="${name}"], [data-kept="${CSS.escape(name)}"]`);
    if (found) found.querySelector(".lm-face").style.backgroundImage = `url(${address})`;
  }
};

// ---------------------------------------------------------------- scenes from Python
const load = async (address) => {
  const image = new Image();
  image.src = address;
  await image.decode();
  return image;
};
const setScene = async (scene) => {
  if (!scene) return;
  if (scene.error) {
    say(scene.error, "error");
    return;
  }
  const isNew = !state.scene || scene.face !== state.scene.face;
  state.queue = [];
  if (scene.before) state.before = await load(scene.before);
  state.scene = scene;
  state.points = scene.points;
  if (isNew) {
    choose([]);
    say(setup.words.start);
    showFace();
    showHead(scene.head);
  }
  await show(scene);
  if (scene.message) say(scene.message);
  showShelf(scene.shelf || []);
  root.dataset.face = scene.face;
};
watch("value", () => setScene(props.value));
new ResizeObserver(() => {
  if (!state.scene) return;
  keepInView();
  draw();
}).observe(canvas);
setScene(props.value);
