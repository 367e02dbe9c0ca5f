# Two commands do everything: `make search` (the main job) and `make test`.
