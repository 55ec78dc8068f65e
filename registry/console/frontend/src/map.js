// The map of the shared listings. Everything that it shows is also in the list beside it; without this script the page
// still has the list. No fonts are loaded: names and numbers are drawn as images with the browser's own.

const box = document.getElementById("map");
const status = document.getElementById("map-status");
const panel = document.getElementById("panel");
const form = document.getElementById("filters");
const INK = "#111827";
const SHADES = ["#ffffff", "#ffffff", "#dbeafe", "#93c5fd", "#1d4ed8", "#1e3a8a", "#0b1f4d"];
const DARK_FROM = 4;
const RATIO = 2;

let drawn = read();
let map;
let corners = null;
let trouble = "";

function read() {
  return JSON.parse(document.getElementById("drawn").dataset.drawn);
}

function say(text) {
  status.textContent = text;
}

function tiles(parameters) {
  const query = new URLSearchParams(parameters).toString();
  return [`${location.origin}${drawn.tiles}${query ? `?${query}` : ""}`];
}

function ring() {
  if (corners) return corners;
  if (drawn.area.length) return drawn.area;
  if (drawn.bbox.length !== 4) return [];
  const [west, south, east, north] = drawn.bbox;
  return [[west, south], [east, south], [east, north], [west, north]];
}

function circle({ lon, lat, within_m: metres }) {
  const north = metres / 111_200;
  const east = north / Math.cos((lat * Math.PI) / 180);
  return Array.from({ length: 64 }, (_, n) => {
    const angle = (n / 32) * Math.PI;
    return [lon + east * Math.cos(angle), lat + north * Math.sin(angle)];
  });
}

// The place that the list is limited to, or the corners that were put down.
function outline() {
  const points = ring();
  const round = !corners && drawn.near ? circle(drawn.near) : points;
  const feature = (type, coordinates) => ({ type: "Feature", properties: {}, geometry: { type, coordinates } });
  const features = points.map((point) => feature("Point", point));
  if (round.length > 2) features.push(feature("Polygon", [[...round, round[0]]]));
  else if (round.length === 2) features.push(feature("LineString", round));
  return { type: "FeatureCollection", features };
}

function sources() {
  const territory = drawn.query.filter(([name]) => name === "territory");
  return {
    outlines: { type: "vector", tiles: tiles([...territory, ["layer", "communes"], ["layer", "quarters"]]), minzoom: 8, maxzoom: 14 },
    network: { type: "vector", tiles: tiles([...territory, ["layer", "network"]]), minzoom: drawn.network_zoom, maxzoom: drawn.network_zoom },
    homes: { type: "vector", tiles: tiles(drawn.query), minzoom: drawn.filtered ? drawn.filtered_zoom : 0, maxzoom: drawn.max_zoom },
    names: {
      type: "geojson",
      data: {
        type: "FeatureCollection",
        features: drawn.communes.map(([name, lon, lat]) => ({
          type: "Feature", properties: { name }, geometry: { type: "Point", coordinates: [lon, lat] },
        })),
      },
    },
    area: { type: "geojson", data: outline() },
  };
}

// Under everything else, where the operator has set one and somebody wants it; paler than what stands on it.
const GROUND = { id: "basemap", type: "raster", source: "basemap", paint: { "raster-opacity": 0.7, "raster-fade-duration": 0 } };

const LAYERS = [
  { id: "paths", type: "line", source: "network", "source-layer": "network", filter: ["!", ["get", "stairs"]], paint: { "line-color": "#9ca3af", "line-width": 1.5 } },
  { id: "stairs", type: "line", source: "network", "source-layer": "network", filter: ["get", "stairs"], paint: { "line-color": "#7f1d1d", "line-width": 3, "line-dasharray": [0.6, 0.6] } },
  { id: "communes", type: "line", source: "outlines", "source-layer": "communes", paint: { "line-color": "#6b7280", "line-width": 1.5 } },
  { id: "quarters", type: "line", source: "outlines", "source-layer": "quarters", paint: { "line-color": "#92400e", "line-width": 1, "line-dasharray": [3, 2] } },
  { id: "area-inside", type: "fill", source: "area", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": "#0b4f8a", "fill-opacity": 0.1 } },
  { id: "area", type: "line", source: "area", paint: { "line-color": "#0b4f8a", "line-width": 3 } },
  { id: "area-corners", type: "circle", source: "area", filter: ["==", ["geometry-type"], "Point"], paint: { "circle-radius": 5, "circle-color": "#ffffff", "circle-stroke-color": "#0b4f8a", "circle-stroke-width": 3 } },
  {
    id: "clusters", type: "symbol", source: "homes", "source-layer": "clusters",
    layout: {
      "icon-image": ["concat", "many:", ["to-string", ["get", "homes"]], ":", ["case", [">", ["get", "available_now"], 0], "now", "none"]],
      "icon-allow-overlap": true, "icon-ignore-placement": true,
    },
  },
  {
    id: "listings", type: "symbol", source: "homes", "source-layer": "listings",
    layout: {
      "icon-image": ["concat", "one:", ["to-string", ["get", "class_proven"]], ":", ["get", "availability"]],
      "icon-allow-overlap": true, "icon-ignore-placement": true, "symbol-sort-key": ["get", "class_proven"],
    },
  },
  { id: "names", type: "symbol", source: "names", minzoom: 9, layout: { "icon-image": ["concat", "name:", ["get", "name"]], "icon-offset": [0, -22] } },
];

// What stands on the map as an image, by its name: a commune's name, the number of a cell, a listing.
function picture(id) {
  const [kind, ...rest] = id.split(":");
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const size = (width, height) => {
    canvas.width = width * RATIO;
    canvas.height = height * RATIO;
    pen.scale(RATIO, RATIO);
    pen.textAlign = "center";
    pen.textBaseline = "middle";
  };
  if (kind === "name") {
    const name = rest.join(":");
    const font = "600 13px system-ui, sans-serif";
    pen.font = font;
    const width = Math.ceil(pen.measureText(name).width) + 8;
    size(width, 20);
    pen.font = font;
    pen.lineWidth = 4;
    pen.lineJoin = "round";
    pen.strokeStyle = "#ffffff";
    pen.strokeText(name, width / 2, 10);
    pen.fillStyle = INK;
    pen.fillText(name, width / 2, 10);
  } else if (kind === "many") {
    const [count, now] = rest;
    const side = Math.min(56, 26 + 6 * count.length);
    size(side, side);
    pen.beginPath();
    pen.arc(side / 2, side / 2, side / 2 - 4, 0, 2 * Math.PI);
    pen.fillStyle = "#ffffff";
    pen.fill();
    pen.lineWidth = now === "now" ? 5 : 2;
    pen.strokeStyle = now === "now" ? "#15713a" : INK;
    pen.stroke();
    pen.fillStyle = INK;
    pen.font = "700 13px system-ui, sans-serif";
    pen.fillText(count, side / 2, side / 2);
  } else if (kind === "one") {
    const [number, availability] = rest;
    size(28, 28);
    pen.beginPath();
    if (availability === "now") pen.rect(3, 3, 22, 22);
    else if (availability === "soon") {
      pen.moveTo(14, 1);
      pen.lineTo(27, 14);
      pen.lineTo(14, 27);
      pen.lineTo(1, 14);
      pen.closePath();
    } else pen.arc(14, 14, 11, 0, 2 * Math.PI);
    pen.fillStyle = SHADES[number] ?? SHADES[0];
    pen.fill();
    pen.lineWidth = 2;
    pen.strokeStyle = INK;
    pen.stroke();
    pen.fillStyle = number >= DARK_FROM ? "#ffffff" : INK;
    pen.font = "700 13px system-ui, sans-serif";
    pen.fillText(number, 14, 14);
  } else return null;
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}

function extent() {
  const points = drawn.near ? circle(drawn.near) : ring();
  if (points.length < 3) return whole();
  const lons = points.map(([lon]) => lon), lats = points.map(([, lat]) => lat);
  return [[Math.min(...lons), Math.min(...lats)], [Math.max(...lons), Math.max(...lats)]];
}

function whole() {
  if (!drawn.bounds) return [[-5.5, 41.3], [9.8, 51.2]];
  const [west, south, east, north] = drawn.bounds;
  return [[west - 0.05, south - 0.05], [east + 0.05, north + 0.05]];
}

// What is in the view, in words: for who does not see it, and for who wonders whether anything is there.
function note() {
  if (corners) say(drawn.words[corners.length ? "drawn" : "drawing"].replace("{count}", corners.length));
  else if (trouble) say(trouble);
  else if (drawn.filtered && map.getZoom() < drawn.filtered_zoom) say(drawn.words.filtered);
  else {
    const seen = map.queryRenderedFeatures({ layers: ["listings", "clusters"] });
    const count = seen.reduce((sum, { properties }) => sum + (properties.homes ?? 1), 0);
    say(drawn.words.in_view.replace("{count}", count));
  }
}

async function open(id) {
  await window.htmx.ajax("GET", `/console/listings/${id}`, { target: "#panel", swap: "innerHTML" });
  for (const item of document.querySelectorAll(".listings li")) {
    item.classList.toggle("current", item.querySelector("a").dataset.listing === id);
  }
  panel.querySelector("#chosen")?.focus();
}

// Return what stands nearest to a point of the screen, within so many pixels; without a reach, in the whole view.
function near(point, reach) {
  const box = reach && [[point.x - reach, point.y - reach], [point.x + reach, point.y + reach]];
  const layers = { layers: ["listings", "clusters"] };
  const found = box ? map.queryRenderedFeatures(box, layers) : map.queryRenderedFeatures(layers);
  const away = (feature) => {
    const at = map.project(feature.geometry.coordinates);
    return Math.hypot(at.x - point.x, at.y - point.y);
  };
  return found.sort((one, other) => away(one) - away(other))[0];
}

function choose(feature) {
  if (!feature) return;
  if (feature.layer.id === "listings") open(feature.properties.id);
  else map.easeTo({ center: feature.geometry.coordinates, zoom: map.getZoom() + 2 });
}

function middle() {
  return map.project(map.getCenter());
}

// The list follows: its form is the one place where a search is put together.
function ask(values) {
  for (const [name, value] of Object.entries({ near: "", within_m: "", bbox: "", area: "", ...values })) {
    document.getElementById(name).value = value;
  }
  window.htmx.trigger(form, "change");
}

function drawing(on) {
  corners = on ? [] : null;
  for (const button of document.querySelectorAll("[data-drawing]")) {
    button.hidden = (button.dataset.drawing === "on") !== on;
  }
  refresh();
  note();
}

function refresh() {
  map.getSource("area")?.setData(outline());
}

function corner({ lng, lat }) {
  corners.push([Number(lng.toFixed(5)), Number(lat.toFixed(5))]);
  refresh();
  note();
}

const ACTIONS = {
  in: () => map.zoomIn(),
  out: () => map.zoomOut(),
  whole: () => map.fitBounds(whole(), { padding: 20 }),
  view: () => {
    const bounds = map.getBounds();
    ask({ bbox: [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()].map((number) => number.toFixed(5)).join(",") });
  },
  basemap: () => turn(!wanted()),
  draw: () => {
    drawing(true);
    document.querySelector('[data-do="corner"]').focus();
  },
  corner: () => corner(map.getCenter()),
  undo: () => {
    corners.pop();
    refresh();
    note();
  },
  finish: () => {
    if (corners.length < 3) {
      say(drawn.words.too_few);
      return;
    }
    const area = corners.map((point) => point.join(",")).join(" ");
    drawing(false);
    ask({ area });
    document.querySelector('[data-do="draw"]').focus();
  },
  cancel: () => {
    drawing(false);
    document.querySelector('[data-do="draw"]').focus();
  },
};

function show() {
  for (const layer of LAYERS) if (map.getLayer(layer.id)) map.removeLayer(layer.id);
  for (const [name, source] of Object.entries(sources())) {
    if (map.getSource(name)) map.removeSource(name);
    map.addSource(name, source);
  }
  for (const layer of LAYERS) map.addLayer(layer);
}

// Whether the base map is wanted stands in the address, so that a link and the next search keep it.
function wanted() {
  return Boolean(drawn.basemap?.bounds) && location.hash === "#basemap";
}

function ground() {
  const on = wanted();
  if (on && !map.getSource("basemap")) {
    const { tiles: address, bounds } = drawn.basemap;
    map.addSource("basemap", { type: "raster", tiles: [location.origin + address], bounds, tileSize: 256, maxzoom: drawn.max_zoom });
    map.addLayer(GROUND, LAYERS[0].id);
  } else if (!on && map.getSource("basemap")) {
    map.removeLayer(GROUND.id);
    map.removeSource("basemap");
  }
  document.querySelector('[data-do="basemap"]')?.setAttribute("aria-pressed", String(on));
  const credit = document.getElementById("map-credit");
  if (credit) credit.hidden = !on;
}

function turn(on) {
  history.replaceState(history.state, "", `${location.pathname}${location.search}${on ? "#basemap" : ""}`);
  ground();
}

async function begin() {
  const { Map, setWorkerUrl } = await import(box.dataset.library);
  box.replaceChildren();
  setWorkerUrl(new URL(box.dataset.worker, location.href).href);
  map = new Map({
    container: box,
    style: { version: 8, sources: {}, layers: [{ id: "ground", type: "background", paint: { "background-color": "#f4f3ee" } }] },
    bounds: extent(),
    fitBoundsOptions: { padding: 20, maxZoom: 16 },
    maxZoom: drawn.max_zoom,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    fadeDuration: 0,
    locale: { "Map.Title": box.dataset.label },
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.getCanvas().setAttribute("aria-describedby", "map-keys");
  map.setMissingStyleImageResolver((id) => {
    const image = map.hasImage(id) ? null : picture(id);
    if (image) map.addImage(id, image, { pixelRatio: RATIO });
  });
  map.on("error", ({ error, sourceId }) => {
    if (sourceId === "basemap") return; // without it the map is as it is without a base map
    trouble = error?.status === 429 ? drawn.words.quota : drawn.words.failed;
    note();
  });
  map.on("movestart", () => {
    trouble = "";
  });
  map.on("load", () => {
    show();
    ground();
    box.dataset.shown = "true";
  });
  map.on("idle", () => {
    note();
    box.dataset.idle = String(Number(box.dataset.idle ?? 0) + 1);
  });
  map.on("click", (event) => (corners ? corner(event.lngLat) : choose(near(event.point, 24))));
  map.getCanvas().addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    if (corners) corner(map.getCenter());
    else choose(near(middle()));
  });
  document.getElementById("map-tools").hidden = false;
  document.getElementById("map-tools").addEventListener("click", (event) => {
    const name = event.target.closest("[data-do]")?.dataset.do;
    if (name) ACTIONS[name]();
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-listing]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    const at = [Number(link.dataset.lon), Number(link.dataset.lat)];
    map.easeTo({ center: at, zoom: Math.max(map.getZoom(), 14) });
    open(link.dataset.listing);
  });
  window.addEventListener("hashchange", ground);
  let chosen = wanted();
  document.body.addEventListener("htmx:beforeHistoryUpdate", () => {
    chosen = wanted();
  });
  document.body.addEventListener("htmx:pushedIntoHistory", () => turn(chosen));
  document.body.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id !== "results" && !document.getElementById("results").contains(event.target)) return;
    const before = JSON.stringify([drawn.near, drawn.area, drawn.bbox]);
    drawn = read();
    show();
    if (JSON.stringify([drawn.near, drawn.area, drawn.bbox]) !== before) map.fitBounds(extent(), { padding: 20, maxZoom: 16 });
  });
}

begin().catch(() => say(drawn.words.failed));
