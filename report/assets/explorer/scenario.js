// What the reader has chosen: as a state, as the query of an address, as figures, and as the command
// that prints the same. `data` is what the page holds: see analysis/site/explorer.py.
//
// A state is { autoencoders: [id], own: { spatial, channels, temporal, causal }, clipFrames,
// format, height, width, fps, hours, codec, quality, bitsPerPixel, device, ramGb, diskGb }.

import { compare, encodingGpuHours, gflopPerFrame, powerLawBitsPerPixel } from "./storage.js";

export const OWN = "own"; // the autoencoder, and the codec, that the reader types in
const LARGEST_SIDE = 99999;

const whole = (text, least, most) => /^\d+$/.test(text) && +text >= least && +text <= most;
const decimal = (text, least) => /^\d*\.?\d+(e[+-]?\d+)?$/i.test(text) && +text >= least;

/** One field of the query each: how it is written, and what it changes; undefined if not understood. */
const FIELDS = {
  a: {
    write: (state) => state.autoencoders.join(","),
    read: (text, data) => {
      const known = [...data.autoencoders.map((entry) => entry.id), OWN];
      const ids = text.split(",").filter(Boolean);
      if (ids.every((id) => known.includes(id))) return { autoencoders: known.filter((id) => ids.includes(id)) };
    },
  },
  own: {
    write: ({ own }) => [own.spatial, own.channels, own.temporal, own.causal ? "causal" : "chunked"].join("-"),
    read: (text) => {
      const [spatial, channels, temporal, kind] = text.split("-");
      const counts = [spatial, channels, temporal];
      if (!counts.every((count) => whole(count, 1, LARGEST_SIDE)) || !/^(causal|chunked)$/.test(kind)) return;
      const [s, c, t] = counts.map(Number);
      return { own: { spatial: s, channels: c, temporal: t, causal: kind === "causal" } };
    },
  },
  clip: {
    write: (state) => state.clipFrames ?? "long",
    read: (text) => {
      if (text === "long") return { clipFrames: null };
      if (whole(text, 1, 1e9)) return { clipFrames: +text };
    },
  },
  format: {
    write: (state) => state.format,
    read: (text, data) => {
      if (data.formats.some((format) => format.id === text)) return { format: text };
    },
  },
  size: {
    write: (state, data) => sizeName(state, data),
    read: (text, data) => {
      const named = data.resolutions.find((entry) => entry.name.toLowerCase() === text.toLowerCase());
      if (named) return { height: named.height, width: named.width };
      const [width, height, ...rest] = text.split("x");
      if (!rest.length && [width, height].every((side) => whole(side ?? "", 1, LARGEST_SIDE))) {
        return { height: +height, width: +width };
      }
    },
  },
  fps: { write: (state) => state.fps, read: (text) => (decimal(text, 1e-6) ? { fps: +text } : undefined) },
  hours: { write: (state) => state.hours, read: (text) => (decimal(text, 0) ? { hours: +text } : undefined) },
  video: {
    write: (state, data) => videoName(state, data),
    read: (text, data) => {
      if (text === OWN) return { codec: OWN };
      const found = data.encodings.find((encoding) => encoding.id === text);
      if (found) return { codec: found.codec, quality: found.quality };
    },
  },
  b: {
    write: (state) => state.bitsPerPixel,
    read: (text) => (decimal(text, 1e-6) ? { bitsPerPixel: +text } : undefined),
  },
  gpu: {
    write: (state) => state.device,
    read: (text, data) => (data.devices.some(({ id }) => id === text) ? { device: text } : undefined),
  },
  ram: { write: (state) => state.ramGb, read: (text) => (decimal(text, 0) ? { ramGb: +text } : undefined) },
  disk: { write: (state) => state.diskGb, read: (text) => (decimal(text, 0) ? { diskGb: +text } : undefined) },
};

/** The name of the state's resolution, or its size as WIDTHxHEIGHT. */
export function sizeName({ height, width }, data) {
  const named = data.resolutions.find((entry) => entry.height === height && entry.width === width);
  return named ? named.name : `${width}x${height}`;
}

function videoName(state, data) {
  return state.codec === OWN ? OWN : encodingOf(state, data).id;
}

/** The encodings of a codec, best quality first. */
export function family(codec, data) {
  return data.encodings.filter((encoding) => encoding.codec === codec);
}

/** The chosen encoding; none where the reader typed b in. */
export function encodingOf(state, data) {
  return family(state.codec, data).find((encoding) => encoding.quality === state.quality);
}

/** The query of a state: what differs from the defaults, in the order of FIELDS. */
export function queryOf(state, data) {
  const query = new URLSearchParams();
  for (const [name, field] of Object.entries(FIELDS)) {
    const text = String(field.write(state, data));
    if (text !== String(field.write(data.defaults, data))) query.set(name, text);
  }
  return query.toString();
}

/** The state that a query asks for, and the fields of it that were not understood. */
export function stateOf(search, data) {
  const query = new URLSearchParams(search);
  let state = data.defaults;
  const lost = [];
  for (const [name, field] of Object.entries(FIELDS)) {
    if (!query.has(name)) continue;
    const read = field.read(query.get(name), data);
    if (read) state = { ...state, ...read };
    else lost.push(name);
  }
  return { state, lost };
}

/** b of an encoding at a size, and where it comes from. */
export function bitsPerPixel(encoding, [height, width]) {
  const known = encoding.known.find((each) => each.height === height && each.width === width);
  if (known) return { value: known.bitsPerPixel, provenance: encoding.provenance, interval: known.interval };
  const value = powerLawBitsPerPixel(encoding.at480p, encoding.exponent, [height, width]);
  return { value, provenance: "modelled", interval: null };
}

/** b of the state's video at its own size; typed-in b is nobody's figure. */
export function videoBits(state, data) {
  if (state.codec === OWN) return { value: state.bitsPerPixel, provenance: null, interval: null };
  return bitsPerPixel(encodingOf(state, data), [state.height, state.width]);
}

/** b of the state's video at any size: typed-in b is carried there by the exponent of the default. */
export function videoBitsAt(size, state, data) {
  if (state.codec !== OWN) return bitsPerPixel(encodingOf(state, data), size).value;
  const { exponent } = encodingOf(data.defaults, data);
  return state.bitsPerPixel * ((size[0] * size[1]) / (state.height * state.width)) ** exponent;
}

/** The chosen autoencoders, each with what it stores. */
export function latentsOf(state, data) {
  const { bytesPerValue } = data.formats.find((format) => format.id === state.format);
  return state.autoencoders.map((id) => {
    const entry = data.autoencoders.find((each) => each.id === id);
    const { spatial, channels, temporal, causal } = entry ?? state.own;
    return {
      id,
      name: entry?.name ?? `s = ${spatial}, c = ${channels}, t = ${temporal}${causal ? ", causal" : ""}`,
      gflop: entry?.gflop ?? null,
      latent: { spatial, channels, temporal, causal, bytesPerValue },
    };
  });
}

/** The figures of each chosen autoencoder. */
export function calculate(state, data) {
  const size = [state.height, state.width];
  const bits = videoBits(state, data).value;
  const { sustainedTflops } = data.devices.find(({ id }) => id === state.device);
  const frames = state.fps * state.hours * 3600;
  const fits = (bytes) => ({ ram: bytes <= state.ramGb * 1e9, disk: bytes <= state.diskGb * 1e9 });
  return latentsOf(state, data).map(({ id, name, gflop, latent }) => {
    const comparison = compare(latent, size, bits, state.fps, state.hours, state.clipFrames);
    return {
      id,
      name,
      latent,
      ...comparison,
      gpuHours: gflop && encodingGpuHours(gflopPerFrame(latent, gflop, data.countedAt, size), frames, sustainedTflops),
      latentFits: fits(comparison.latentBytes),
      videoFits: fits(comparison.videoBytes),
    };
  });
}

/** The command that prints the figures of one chosen autoencoder. */
export function commandOf(id, state, data) {
  const { own } = state;
  const shape =
    id === OWN
      ? ["--spatial", own.spatial, "--channels", own.channels, "--temporal", own.temporal, own.causal && "--causal"]
      : ["--autoencoder", id];
  const format = data.formats.find((each) => each.id === state.format);
  return [
    ...["latent-storage", "ratio", ...shape, "--resolution", sizeName(state, data)],
    ...(state.codec === OWN ? ["--bpp", state.bitsPerPixel] : ["--video", encodingOf(state, data).id]),
    ...(format.codec ? ["--codec", format.codec] : ["--dtype", format.id]),
    ...(state.clipFrames ? ["--clip-frames", state.clipFrames] : []),
    ...["--fps", state.fps, "--hours", state.hours, "--device", state.device],
    ...["--ram", state.ramGb, "--disk", state.diskGb],
  ]
    .filter((word) => word !== false)
    .join(" ");
}
