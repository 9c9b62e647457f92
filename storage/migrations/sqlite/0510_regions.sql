-- Administrative divisions: each place with its code filled up to 15 digits, so that a place and all that lies within it
-- are one range of the key.

CREATE TABLE regions (
    code INTEGER NOT NULL PRIMARY KEY,
    level TEXT NOT NULL,
    parent INTEGER,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    -- The English name in small letters, for searching.
    find_en TEXT NOT NULL
) STRICT;

CREATE INDEX regions_by_parent ON regions (parent, code);
CREATE INDEX regions_by_level ON regions (level, code);
-- Grids are many and called alike everywhere: they are found within their township only, by the key.
CREATE INDEX regions_by_name_zh ON regions (name_zh, code) WHERE level <> 'grid';
CREATE INDEX regions_by_find_en ON regions (find_en, code) WHERE level <> 'grid';
