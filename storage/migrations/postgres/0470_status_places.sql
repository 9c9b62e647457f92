-- Places are no longer given away in the order of the list. Lists with places in their order are closed; the ones that
-- follow are empty.
INSERT INTO status_lists (department, number, is_open, next_place, changes)
    SELECT department, number + 16, TRUE, 0, 0 FROM status_lists WHERE is_open AND next_place > 0;
UPDATE status_lists SET is_open = FALSE WHERE next_place > 0;
