"""Cuts NotoSansSC-Certificates.otf out of Noto Sans CJK SC Regular. See README.md."""

import bz2
import sys

from fontTools import subset
from fontTools.ttLib import TTFont

SOURCE = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"  # Debian package fonts-noto-cjk
SIMPLIFIED = 2  # index of the SC face in that collection
UNIHAN = "/usr/share/unicode/Unihan_OtherMappings.txt.bz2"  # Debian package unicode-data

chosen = set()

# 通用规范汉字表 (2013), 8,105 characters.
for line in bz2.open(UNIHAN, "rt", encoding="utf-8"):
    fields = line.split("\t")
    if len(fields) > 2 and fields[1] == "kTGH":
        chosen.add(int(fields[0][2:], 16))


def add_encoding(encoding, leads, trails):
    for lead in leads:
        for trail in trails:
            try:
                chosen.update(map(ord, bytes([lead, trail]).decode(encoding)))
            except UnicodeDecodeError:
                pass


add_encoding("gb2312", range(0xA1, 0xF8), range(0xA1, 0xFF))
# Traditional characters: names of people from Hong Kong, Macao and Taiwan.
add_encoding("big5", range(0xA1, 0xFA), [*range(0x40, 0x7F), *range(0xA1, 0xFF)])

for first, last in [
    (0x20, 0x7E), (0xA0, 0x17F), (0x2010, 0x2027), (0x2030, 0x205E), (0x20A0, 0x20BF), (0x2100, 0x214F),
    (0x2190, 0x2193), (0x2460, 0x2473), (0x3000, 0x301F), (0x3380, 0x33DF), (0xFF01, 0xFF5E), (0xFFE0, 0xFFE5),
]:
    chosen.update(range(first, last + 1))

options = subset.Options()
options.layout_features = []
options.hinting = False
options.notdef_outline = True
options.name_IDs = ["*"]
options.drop_tables += ["GSUB", "GPOS", "BASE", "VORG", "vhea", "vmtx"]
options.recalc_timestamp = False

font = TTFont(SOURCE, fontNumber=SIMPLIFIED, recalcTimestamp=False)
subsetter = subset.Subsetter(options)
subsetter.populate(unicodes=chosen)
subsetter.subset(font)
font.save(sys.argv[1])
