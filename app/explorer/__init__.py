"""What an investigator has put on the canvas of the explorer: kept, undone, filtered, saved and compared here; drawn elsewhere."""
