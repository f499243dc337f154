//! The command: the only place that touches files, the environment and the clock.
