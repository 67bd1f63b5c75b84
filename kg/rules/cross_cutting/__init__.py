"""Rules that hold in every scene: identical lines, pairs of services, trace codes, faces, groups."""
