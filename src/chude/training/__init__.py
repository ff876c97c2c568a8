"""How a model is learned: features, solver, splits, calibration."""
