"""Files broken at random: whatever comes, a reader hands over a sound document or refuses in one line."""
