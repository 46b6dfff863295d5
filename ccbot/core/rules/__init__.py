"""What the floor does with each kind of fact, a class for each kind; all of it pure."""
