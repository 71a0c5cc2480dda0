// Part 2 of the landmark canvas, see landmark_canvas.js; the parts run as one script.
// ---------------------------------------------------------------- choosing
const nameOf = (index) => {
  const inside = Object.entries(setup.groups).filter(([, points]) => points.includes(index));
  inside.sort((a, b) => a[1].length - b[1].length);
  return inside.length ? inside[0][0] : "skin";
};
const choose = (points, group = "") => {
  state.chosen = new Set(points);
  state.group = group;
  for (const chip of root.querySelectorAll("[data-group]")) {
    chip.setAttribute("aria-pressed", String(chip.dataset.group === group));
  }
  if (group) say(`Chosen: ${group}. Drag it, or move it with the arrow keys.`);
  else if (state.chosen.size === 1) say(`Chosen: a point of the ${nameOf([...state.chosen][0])}.`);
  else if (state.chosen.size) say(`Chosen: ${state.chosen.size} points.`);
  draw();
};
const hit = (at, reach) => {
  let best = -1;
  let nearest = reach;
  for (const index of new Set([...setup.handles, ...state.chosen])) {
    const [x, y] = toScreen(state.points[index]);
    const away = Math.hypot(x - at[0], y - at[1]);
    if (away < nearest) [best, nearest] = [index, away];
  }
  return best;
};
const isInside = (at, ring) => {
  let inside = false;
  for (let a = 0, b = ring.length - 1; a < ring.length; b = a, a += 1) {
    const [[x, y], [u, v]] = [ring[a], ring[b]];
    if (y > at[1] !== v > at[1] && at[0] < ((u - x) * (at[1] - y)) / (v - y) + x) inside = !inside;
  }
  return inside;
};
const isOnChosen = (at) => {
  if (state.chosen.size < 3) return false;
  const places = [...state.chosen].map((index) => toScreen(state.points[index]));
  const [xs, ys] = [places.map((p) => p[0]), places.map((p) => p[1])];
  const isIn = (v, all) => v >= Math.min(...all) - 6 && v <= Math.max(...all) + 6;
  return isIn(at[0], xs) && isIn(at[1], ys);
};
const placeOf = (event) => {
  const box = canvas.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
};
const reachOf = (event) => (event.pointerType === "mouse" ? MOUSE_REACH : TOUCH_REACH);
const wantsHand = (at, reach) =>
  state.mode === "lasso" || hit(at, reach) >= 0 || isOnChosen(at) || state.view.k > 1.02;

// ---------------------------------------------------------------- sending
const send = (message) => {
  const last = state.queue[state.queue.length - 1];
  const isSame = last && last.stroke && last.stroke === message.stroke && last.op === message.op;
  if (isSame) state.queue[state.queue.length - 1] = message; // what it cannot keep up with
  else state.queue.push(message);
  pump();
};
const pump = async () => {
  if (state.busy) return;
  state.busy = true;
  while (state.queue.length) {
    const message = state.queue.shift();
    const start = performance.now();
    let reply;
    try {
      reply = await server.edit_step(message);
    } catch {
      reply = { error: setup.words.gone };
    }
    const took = Math.round(performance.now() - start);
    root.dataset.steps = `${root.dataset.steps || ""} ${took}`.trim().split(" ").slice(-200).join(" ");
    await show(reply, message);
  }
  state.busy = false;
  root.dataset.idle = String(performance.now());
};
const show = async (reply, message = null) => {
  if (reply.error) {
    say(reply.error, "error");
    if (reply.points) state.points = reply.points;
    draw();
    return;
  }
  if (reply.image) {
    const image = new Image();
    image.src = reply.image;
    await image.decode();
    state.image = image;
  }
  if (reply.points) {
    state.points = reply.points;
    const drag = state.drag;
    if (drag && message && message.stroke === drag.stroke) {
      const [dx, dy] = [drag.shift[0] - message.shift[0], drag.shift[1] - message.shift[1]];
      for (const index of state.chosen) {
        const [x, y] = state.points[index];
        state.points[index] = [x + dx, y + dy];
      }
    }
  }
  button("undo").disabled = !reply.undo;
  button("redo").disabled = !reply.redo;
  button("reset").disabled = !reply.changed;
  showSliders(reply.sliders || {});
  if (reply.full) root.dataset.full = String(Number(root.dataset.full || 0) + 1);
  if (reply.message || reply.note) say([reply.message, reply.note].filter(Boolean).join(" "));
  else if (line.classList.contains("error")) say(setup.words.start);
  draw();
};

// ---------------------------------------------------------------- the hand
const startDrag = (at) => {
  state.drag = { at, stroke: newStroke(), shift: [0, 0], moved: false };
};
const dragTo = (at) => {
  const drag = state.drag;
  const [x, y] = [toPicture(at), toPicture(drag.at)];
  const inside = (value) => Math.min(1, Math.max(0, value));
  const shift = [inside(x[0]) - y[0], inside(x[1]) - y[1]];
  if (!drag.moved && Math.hypot(at[0] - drag.at[0], at[1] - drag.at[1]) < 2) return;
  drag.moved = true;
  follow([shift[0] - drag.shift[0], shift[1] - drag.shift[1]]);
  drag.shift = shift;
  sendDrag(false);
  draw();
};
const follow = ([dx, dy]) => {
  // What Python answers replaces this in a moment.
  for (const index of state.chosen) {
    const [x, y] = state.points[index];
    state.points[index] = [x + dx, y + dy];
  }
};
const sendDrag = (end) => {
  const held = [...state.chosen];
  send({ op: "drag", stroke: state.drag.stroke, held, shift: state.drag.shift, end, ...options() });
};
const endDrag = () => {
  if (state.drag && state.drag.moved) sendDrag(true);
  state.drag = null;
  draw();
};

canvas.addEventListener("pointerdown", (event) => {
  if (!state.scene || event.button > 0) return;
  canvas.focus({ preventScroll: true });
  const at = placeOf(event);
  state.fingers.set(event.pointerId, at);
  if (state.fingers.size === 2) return startPinch();
  if (state.fingers.size > 2) return;
  flushKeys();
  const found = hit(at, reachOf(event));
  const isMore = event.shiftKey || event.ctrlKey || event.metaKey;
  if (state.mode === "lasso" && !(found >= 0 && state.chosen.has(found)) && !isOnChosen(at)) {
    state.lasso = [at];
  } else if (found >= 0 && isMore) {
    const chosen = new Set(state.chosen);
    if (!chosen.delete(found)) chosen.add(found);
    choose(chosen);
  } else if (found >= 0 || isOnChosen(at)) {
    if (found >= 0 && !state.chosen.has(found) && !(state.group && isOnChosen(at))) choose([found]);
    startDrag(at);
  } else if (state.view.k > 1.02) {
    state.drag = { pan: true, at, view: { ...state.view } };
  } else {
    choose([]);
  }
  if (state.drag || state.lasso) canvas.setPointerCapture(event.pointerId);
});
canvas.addEventListener("pointermove", (event) => {
  if (!state.scene) return;
  const at = placeOf(event);
  if (state.fingers.has(event.pointerId)) state.fingers.set(event.pointerId, at);
  if (state.pinch) return pinchTo();
  if (state.lasso) {
    state.lasso.push(at);
    draw();
  } else if (state.drag && state.drag.pan) {
    panTo(at);
  } else if (state.drag) {
    dragTo(at);
  } else {
    const found = hit(at, MOUSE_REACH);
    canvas.style.cursor = found >= 0 || isOnChosen(at) ? "grab" : state.mode === "lasso" ? "crosshair" : "default";
    if (found !== state.hover) {
      state.hover = found;
      draw();
    }
  }
});
const lift = (event) => {
  state.fingers.delete(event.pointerId);
  if (state.pinch) {
    if (state.fingers.size < 2) state.pinch = null;
    return;
  }
  if (state.lasso) {
    const ring = state.lasso;
    state.lasso = null;
    const points = [...Array(478).keys()].filter((index) => isInside(toScreen(state.points[index]), ring));
    choose(points);
  } else if (state.drag && state.drag.pan) {
    const at = placeOf(event);
    if (Math.hypot(at[0] - state.drag.at[0], at[1] - state.drag.at[1]) < 3) choose([]);
    state.drag = null;
  } else {
    endDrag();
  }
};
canvas.addEventListener("pointerup", lift);
canvas.addEventListener("pointercancel", lift);
canvas.addEventListener(
  "touchstart",
  (event) => {
    if (!state.scene) return;
    const box = canvas.getBoundingClientRect();
    const touch = event.touches[0];
    const at = [touch.clientX - box.left, touch.clientY - box.top];
    if (event.touches.length > 1 || wantsHand(at, TOUCH_REACH)) event.preventDefault();
  },
  { passive: false },
);
const panTo = (at) => {
  const { scale, width, height } = fit();
  state.view.x = state.drag.view.x - (at[0] - state.drag.at[0]) / (width * scale);
  state.view.y = state.drag.view.y - (at[1] - state.drag.at[1]) / (height * scale);
  keepInView();
  draw();
};
const spread = () => {
  const [a, b] = [...state.fingers.values()];
  return { away: Math.hypot(a[0] - b[0], a[1] - b[1]), at: [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2] };
};
const startPinch = () => {
  if (state.drag && !state.drag.pan) endDrag();
  [state.drag, state.lasso] = [null, null];
  state.pinch = { k: state.view.k, away: spread().away };
};
const pinchTo = () => {
  const { away, at } = spread();
  zoomTo((state.pinch.k * away) / Math.max(state.pinch.away, 1), at);
};
canvas.addEventListener(
  "wheel",
  (event) => {
    if (!state.scene || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    zoomTo(state.view.k * Math.exp(-event.deltaY / 300), placeOf(event));
  },
  { passive: false },
);
