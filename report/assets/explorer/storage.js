// The equations of the report, as in analysis/storage.py, which its tests hold this module to.
//
// A latent is { spatial, channels, temporal, causal, bytesPerValue }; a size is [height, width] in
// pixels. 1 MB is 10⁶ bytes everywhere.

const RAW_BITS_PER_PIXEL = 24; // three 8-bit colour values
const REFERENCE_PIXELS = 640 * 480;

/** Rows and columns of the latent of one frame: [⌈H/s⌉, ⌈W/s⌉]. */
export function latentGrid(latent, [height, width]) {
  return [Math.ceil(height / latent.spatial), Math.ceil(width / latent.spatial)];
}

/** Latent frames of a clip: n for t = 1, ⌈n/t⌉ chunked, 1 + ⌈(n - 1)/t⌉ causal. */
export function latentFrames(latent, frames) {
  if (latent.causal && frames) return 1 + Math.ceil((frames - 1) / latent.temporal);
  return Math.ceil(frames / latent.temporal);
}

/** Frames per latent frame that a clip really gets; of long clips, and where no length is given, t. */
export function effectiveTemporalFactor(latent, clipFrames) {
  return clipFrames ? clipFrames / latentFrames(latent, clipFrames) : latent.temporal;
}

/** Stored bits for each pixel of the source, padding included. */
export function latentBitsPerPixel(latent, size, clipFrames) {
  const [rows, columns] = latentGrid(latent, size);
  const bits = 8 * latent.channels * latent.bytesPerValue;
  return (bits * rows * columns) / (size[0] * size[1]) / effectiveTemporalFactor(latent, clipFrames);
}

/** b · H · W · F · T / 8 in bytes. */
export function videoBytes(bitsPerPixel, [height, width], fps, seconds) {
  return (bitsPerPixel * height * width * fps * seconds) / 8;
}

/** b = k (HW / N480)^e. */
export function powerLawBitsPerPixel(at480p, exponent, [height, width]) {
  return at480p * ((height * width) / REFERENCE_PIXELS) ** exponent;
}

/** Everything that is shown of latents against a video; `hours` are of one view. */
export function compare(latent, size, videoBitsPerPixel, fps, hours, clipFrames) {
  const latentBits = latentBitsPerPixel(latent, size, clipFrames);
  const seconds = 3600 * hours;
  const spatialOnly = { ...latent, temporal: 1, causal: false };
  const [rows, columns] = latentGrid(latent, size);
  return {
    latentBitsPerPixel: latentBits,
    videoBitsPerPixel,
    latentMbPerMin: videoBytes(latentBits, size, fps, 60) / 1e6,
    videoMbPerMin: videoBytes(videoBitsPerPixel, size, fps, 60) / 1e6,
    latentBytes: videoBytes(latentBits, size, fps, seconds),
    videoBytes: videoBytes(videoBitsPerPixel, size, fps, seconds),
    ratio: latentBits / videoBitsPerPixel,
    autoencoderCompression: RAW_BITS_PER_PIXEL / latentBits,
    videoCompression: RAW_BITS_PER_PIXEL / videoBitsPerPixel,
    smallestTemporalFactor: Math.floor(latentBitsPerPixel(spatialOnly, size) / videoBitsPerPixel) + 1,
    tokensPerSecond: (rows * columns * fps) / latent.temporal,
  };
}

/** GFLOP to encode a frame, from those counted at another size: they go with the latent's cells. */
export function gflopPerFrame(latent, counted, countedAt, size) {
  const [rows, columns] = latentGrid(latent, size);
  const [countedRows, countedColumns] = latentGrid(latent, countedAt);
  return (counted * (rows * columns)) / (countedRows * countedColumns);
}

/** Hours on one GPU that keeps up that many 10¹² FLOP per second. */
export function encodingGpuHours(gflop, frames, sustainedTflops) {
  return (gflop * frames) / (sustainedTflops * 1e3) / 3600;
}
