"""Cut the icon font down to the icons that the site's shell shows: report/assets/icons.woff.

    python report/making/icons.py bootstrap-icons.woff

Both renderers bring all of Bootstrap Icons (MIT licence), which weighs more than most pages. The
style sheet names the cut font for these icons alone; the whole font is fetched only for others.
Needs fontTools, and run again only when ICONS grows; site.css has the same list.
"""

import sys
from pathlib import Path

from fontTools import subset

ICONS = {
    "arrow-left-short": 0xF12C,
    "arrow-right-short": 0xF135,
    "chevron-down": 0xF282,
    "chevron-right": 0xF285,
    "clipboard": 0xF290,
    "check": 0xF26E,
    "exclamation-triangle": 0xF33B,
    "info-circle": 0xF431,
    "layout-text-sidebar-reverse": 0xF461,
    "lightbulb": 0xF46B,
    "exclamation-circle": 0xF333,
    "search": 0xF52A,
    "toggle-off": 0xF5D5,
    "toggle-on": 0xF5D6,
}
TARGET = Path(__file__).parents[1] / "assets" / "icons.woff"

options = subset.Options(flavor="woff")
font = subset.load_font(sys.argv[1], options)
subsetter = subset.Subsetter(options)
subsetter.populate(unicodes=ICONS.values())
subsetter.subset(font)
subset.save_font(font, str(TARGET), options)
