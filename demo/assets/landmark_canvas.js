// The landmark canvas: draws the face and its points, and sends what the hand does to Python.
// `element`, `props`, `server` and `watch` are Gradio's; see components/landmark_canvas.py.
const root = element.querySelector(".lm");
const setup = JSON.parse(root.dataset.setup);
const canvas = root.querySelector("canvas");
const line = root.querySelector(".lm-line");
const pen = canvas.getContext("2d");
const state = {
  scene: null, // what Python says of this face
  image: null, // the picture as it is now
  before: null, // the picture as it was
  points: [], // 478 shares of the picture's width and height
  chosen: new Set(), // indices of the points that are held
  group: "",
  mode: "hand",
  showPoints: true,
  showBefore: false,
  view: { k: 1, x: 0.5, y: 0.5 }, // zoom over fit, and the picture's share in the middle
  drag: null,
  lasso: null,
  pinch: null,
  fingers: new Map(),
  stroke: 0,
  hover: -1,
  queue: [],
  busy: false,
  keys: null,
};
const TOUCH_REACH = 22;
const MOUSE_REACH = 12;

const say = (message, kind = "") => {
  if (!message && kind !== "error") return;
  line.className = `lm-line ${kind}`;
  if (line.textContent !== message) line.textContent = message;
};
const option = (name) => root.querySelector(`[data-option="${name}"]`);
const options = () => ({
  radius: Number(option("radius").value),
  symmetric: option("symmetric").checked,
  constrained: option("constrained").checked,
});
const button = (act) => root.querySelector(`[data-act="${act}"]`);
const newStroke = () => `${Date.now()}-${(state.stroke += 1)}`;

// ---------------------------------------------------------------- the view
const fit = () => {
  const [height, width] = state.scene.size;
  const scale = Math.min(canvas.clientWidth / width, canvas.clientHeight / height);
  return { scale: scale * state.view.k, width, height };
};
const toScreen = ([x, y]) => {
  const { scale, width, height } = fit();
  return [
    canvas.clientWidth / 2 + (x - state.view.x) * width * scale,
    canvas.clientHeight / 2 + (y - state.view.y) * height * scale,
  ];
};
const toPicture = ([x, y]) => {
  const { scale, width, height } = fit();
  return [
    state.view.x + (x - canvas.clientWidth / 2) / (width * scale),
    state.view.y + (y - canvas.clientHeight / 2) / (height * scale),
  ];
};
const keepInView = () => {
  const { scale, width, height } = fit();
  const limit = (value, size, room) => {
    const half = Math.min(0.5, room / 2 / (size * scale));
    return Math.min(1 - half, Math.max(half, value));
  };
  state.view.x = limit(state.view.x, width, canvas.clientWidth);
  state.view.y = limit(state.view.y, height, canvas.clientHeight);
};
const zoomTo = (k, at = [canvas.clientWidth / 2, canvas.clientHeight / 2]) => {
  const under = toPicture(at);
  state.view.k = Math.min(12, Math.max(1, k));
  const now = toPicture(at);
  state.view.x += under[0] - now[0];
  state.view.y += under[1] - now[1];
  keepInView();
  draw();
};
const showFace = () => {
  const [[x0, y0], [x1, y1]] = state.scene.box;
  const [height, width] = state.scene.size;
  const scale = Math.min(canvas.clientWidth / width, canvas.clientHeight / height);
  const wanted = Math.min(
    canvas.clientWidth / (1.6 * (x1 - x0) * width),
    canvas.clientHeight / (1.6 * (y1 - y0) * height),
  );
  state.view = { k: Math.max(1, wanted / scale), x: (x0 + x1) / 2, y: (y0 + y1) / 2 };
  keepInView();
};

// ---------------------------------------------------------------- drawing
let isDrawn = true;
const draw = () => {
  if (!isDrawn) return;
  isDrawn = false;
  requestAnimationFrame(() => {
    isDrawn = true;
    paint();
  });
};
const paint = () => {
  const ratio = window.devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  if (!width || !state.scene) return;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, height);
  const shown = state.showBefore ? state.before : state.image;
  if (shown) {
    const [x0, y0] = toScreen([0, 0]);
    const [x1, y1] = toScreen([1, 1]);
    pen.imageSmoothingQuality = "high";
    pen.drawImage(shown, x0, y0, x1 - x0, y1 - y0);
  }
  if (state.points.length && state.showPoints && !state.showBefore) paintPoints();
  if (state.lasso) paintLasso();
};
const paintPoints = () => {
  const at = state.points.map(toScreen);
  const dragging = state.drag && state.drag.moved;
  pen.globalAlpha = dragging ? 0.35 : 1;
  for (const [color, width] of [["rgba(10, 15, 40, 0.35)", 2.6], ["rgba(255, 255, 255, 0.6)", 1]]) {
    pen.strokeStyle = color;
    pen.lineWidth = width;
    pen.beginPath();
    for (const row of setup.lines) {
      row.forEach((index, n) => pen[n ? "lineTo" : "moveTo"](...at[index]));
    }
    for (const [center, edge] of setup.irises) {
      const [x, y] = at[center];
      const radius = Math.hypot(at[edge][0] - x, at[edge][1] - y);
      pen.moveTo(x + radius, y);
      pen.arc(x, y, radius, 0, 2 * Math.PI);
    }
    pen.stroke();
  }
  const size = Math.min(4.5, Math.max(1.9, faceWidth() / 130));
  for (const index of setup.handles) {
    if (!state.chosen.has(index)) dot(at[index], index === state.hover ? size * 1.8 : size, false);
  }
  // Many chosen points must not hide what they do.
  const isMany = state.chosen.size > 6;
  pen.globalAlpha = dragging && isMany ? 0.4 : 1;
  for (const index of state.chosen) dot(at[index], isMany ? size : size * 1.5, true);
  pen.globalAlpha = 1;
};
const faceWidth = () => {
  const [[x0], [x1]] = state.scene.box;
  const { scale, width } = fit();
  return (x1 - x0) * width * scale;
};
const dot = ([x, y], size, isChosen) => {
  pen.beginPath();
  pen.arc(x, y, size, 0, 2 * Math.PI);
  pen.fillStyle = isChosen ? "#ffb020" : "#ffffff";
  pen.strokeStyle = isChosen ? "#3a2500" : "#3730a3";
  pen.lineWidth = 1.2;
  pen.fill();
  pen.stroke();
};
const paintLasso = () => {
  pen.beginPath();
  state.lasso.forEach((point, n) => pen[n ? "lineTo" : "moveTo"](...point));
  pen.closePath();
  pen.fillStyle = "rgba(255, 176, 32, 0.18)";
  pen.strokeStyle = "#ffb020";
  pen.setLineDash([5, 4]);
  pen.lineWidth = 1.6;
  pen.fill();
  pen.stroke();
  pen.setLineDash([]);
};
