"""Kind `video-bitrate`: what games take at each resolution, codec and quality."""

from analysis.kinds.kind import GAMES, Kind
from analysis.kinds.video_bitrate.record import VideoBitrate

KIND = Kind(VideoBitrate, order=20, needs=(GAMES,))
