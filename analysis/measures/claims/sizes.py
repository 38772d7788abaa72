"""Claims on the data set's sizes: the latent's shape, the totals, MB a minute."""

from __future__ import annotations

from decimal import Decimal

from analysis import storage
from analysis.catalog import Note, autoencoder, resolution
from analysis.ledger.claims import Claim
from analysis.measures.claims.figures import figure, judged_claim, recomputed_claim

SECTION = "Data set"
GIB = 2**30


def claims(note: Note) -> list[Claim]:
    """What the note says its data set is and takes."""
    setting, final = note.setting, note.final
    size = resolution(setting.resolution)
    latent = autoencoder(setting.autoencoder).latent()
    rows, columns = storage.latent_grid(latent, *size.size)
    minutes = 60 * setting.hours
    latent_rate = storage.mb_per_min(
        storage.latent_bits_per_pixel(latent, *size.size), *size.size, setting.fps
    )
    sample_bytes = final.action_bytes_per_frame + final.reward_bytes_per_frame
    frame_bytes = storage.latent_bytes(latent, *size.size, clips=1, clip_frames=1) + sample_bytes
    final_latent_bytes = final.frames * frame_bytes
    return [
        recomputed_claim(
            "latent-shape",
            SECTION,
            "DC-AE-Lite f32c32 turns each 480×640 frame into a 32×15×20 float16 tensor.",
            [
                figure("channels", "", Decimal(32), latent.channels),
                figure("rows", "", Decimal(15), rows),
                figure("columns", "", Decimal(20), columns),
            ],
            "32 divides both sides of the frame",
        ),
        judged_claim(
            "recordings-are-h264",
            SECTION,
            "The recordings are H.264-compressed MP4 video.",
            "does-not-hold",
            "the public recorder writes through OpenCV with the fourcc mp4v, which is MPEG-4 "
            "Part 2 with its quantiser at the floor; `latent-storage scan` names the codec of any "
            "shard",
        ),
        recomputed_claim(
            "mp4-mb-per-min",
            SECTION,
            "902 GB of MP4 shards for about 340 hours are about 46 MB a minute.",
            [
                figure(
                    "MP4 rate",
                    "MB/min",
                    setting.mp4_mb_per_min,
                    float(setting.mp4_gb) * 1e3 / minutes,
                    "902 GB over 340 h",
                )
            ],
            "total over duration",
            "the total over the duration is less than the rate printed beside it",
        ),
        recomputed_claim(
            "latent-mb-per-min",
            SECTION,
            "Raw float16 latents take 40.3 MB a minute.",
            [figure("latent rate", "MB/min", setting.latent_mb_per_min, latent_rate)],
            "c · H/s · W/s · p · 60 F, exactly",
        ),
        judged_claim(
            "latent-total",
            SECTION,
            "The latents of the whole data set are projected at about 812 GB.",
            "holds-only-if",
            "the data set has the frames counted later (334.2 h, actions and rewards included); "
            "at 340 h it is more",
            [
                figure(
                    "latents, 340 h",
                    "GB",
                    setting.latent_gb,
                    latent_rate * minutes / 1e3,
                    "latent rate over 340 h",
                ),
                figure(
                    "latents, counted frames",
                    "GB",
                    setting.latent_gb,
                    final_latent_bytes / 1e9,
                    f"{final.frames} frames of {frame_bytes:.0f} bytes",
                ),
            ],
        ),
        recomputed_claim(
            "latent-smaller-by",
            SECTION,
            "The latents are only about 13 % smaller than the MP4 recordings.",
            [
                figure(
                    "smaller by, from the totals",
                    "%",
                    note.headline.latent_smaller_percent,
                    100 * (1 - float(setting.latent_gb / setting.mp4_gb)),
                    "812 GB against 902 GB",
                ),
                figure(
                    "smaller by, from the rates",
                    "%",
                    note.headline.latent_smaller_percent,
                    100 * (1 - float(setting.latent_mb_per_min / setting.mp4_mb_per_min)),
                    "40.3 against 46.0 MB/min",
                ),
            ],
            "totals and rates agree",
            "13 % is 40 over 46, both rounded first; the totals in the same table give less",
        ),
        judged_claim(
            "units",
            SECTION,
            "The totals are in GB.",
            "holds-only-if",
            "the later figure of 756 GB for the latents is GiB, so the 902 beside it is GiB as "
            "well; the 812 of the note is GB. Like for like R is smaller than published, and the "
            "MP4 rate is the one that the recorder's recipe gives here (next claim)",
            [
                figure(
                    "latents, counted frames",
                    "GiB",
                    final.latent_gib,
                    final_latent_bytes / GIB,
                    f"{final.frames} frames of {frame_bytes:.0f} bytes",
                ),
                figure(
                    "MP4 rate, 902 GiB",
                    "MB/min",
                    setting.mp4_mb_per_min,
                    float(final.mp4_gib) * GIB / 1e6 / (final.frames / setting.fps / 60),
                    "902 GiB over the counted frames",
                ),
                figure(
                    "R, both in GB",
                    "",
                    note.headline.empirical_ratio,
                    final_latent_bytes / (float(final.mp4_gib) * GIB),
                    "counted frames over 902 GiB",
                ),
            ],
        ),
    ]
